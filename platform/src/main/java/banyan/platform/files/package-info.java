/** Uploaded files and pictures. */
@NullMarked
package banyan.platform.files;

import org.jspecify.annotations.NullMarked;
