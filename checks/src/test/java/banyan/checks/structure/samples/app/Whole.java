package banyan.checks.structure.samples.app;

/** The application of the bad samples. */
public class Whole {}
