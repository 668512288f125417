package banyan.checks.structure;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A Java file as the compiler's parser sees it.
 *
 * @param packageName empty when the file names none
 * @param literals every string literal; literals joined by + count as one
 */
record JavaSource(
    String path,
    String packageName,
    List<String> lines,
    List<Type> types,
    List<Method> methods,
    List<Literal> literals,
    List<String> imports) {

  /** A class, record, interface or enum. */
  record Type(String name, boolean topLevel, boolean isPublic) {}

  /** A method or constructor with a body. */
  record Method(String name, int firstLine, int lastLine) {
    int length() {
      return lastLine - firstLine + 1;
    }
  }

  /** A piece of text in the code. */
  record Literal(String text, int line) {}

  boolean isPackageInfo() {
    return path.endsWith("package-info.java");
  }

  static JavaSource parse(String path, String text) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null, null, d -> {}, List.of("-proc:none"), null, List.of(new Text(path, text)));
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      Reader reader = new Reader(unit, Trees.instance(task).getSourcePositions());
      reader.scan(unit, null);
      String packageName = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
      return new JavaSource(
          path,
          packageName,
          text.lines().toList(),
          reader.types,
          reader.methods,
          reader.literals,
          unit.getImports().stream().map(i -> i.getQualifiedIdentifier().toString()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Reader extends TreeScanner<@Nullable Void, @Nullable Void> {
    final List<Type> types = new ArrayList<>();
    final List<Method> methods = new ArrayList<>();
    final List<Literal> literals = new ArrayList<>();
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private int depth;

    Reader(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      if (!type.getSimpleName().isEmpty()) {
        types.add(
            new Type(
                type.getSimpleName().toString(),
                depth == 0,
                type.getModifiers().getFlags().contains(Modifier.PUBLIC)));
      }
      depth++;
      super.visitClass(type, nothing);
      depth--;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
      if (method.getBody() != null) {
        methods.add(
            new Method(method.getName().toString(), line(method), lastLine(method.getBody())));
      }
      return super.visitMethod(method, nothing);
    }

    @Override
    public @Nullable Void visitBinary(BinaryTree joined, @Nullable Void nothing) {
      String text = constant(joined);
      if (text != null) {
        literals.add(new Literal(text, line(joined)));
        return null;
      }
      return super.visitBinary(joined, nothing);
    }

    @Override
    public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void nothing) {
      if (literal.getValue() instanceof String text) {
        literals.add(new Literal(text, line(literal)));
      }
      return null;
    }

    private static @Nullable String constant(Tree tree) {
      if (tree instanceof LiteralTree literal && literal.getValue() instanceof String text) {
        return text;
      }
      if (tree instanceof BinaryTree joined && tree.getKind() == Tree.Kind.PLUS) {
        String left = constant(joined.getLeftOperand());
        String right = constant(joined.getRightOperand());
        return left == null || right == null ? null : left + right;
      }
      return null;
    }

    private int line(Tree tree) {
      return (int) unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
    }

    private int lastLine(Tree tree) {
      return (int) unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
    }
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String path, String text) {
      super(URI.create("string:///" + path), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
