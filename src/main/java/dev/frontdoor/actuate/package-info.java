/**
 * The operators' view: endpoints and health. They are thin views over the other packages and return
 * descriptor records of their own, which make up half of the files. It imports {@code connection}
 * and what that may import. No package imports it.
 */
@NullMarked
package dev.frontdoor.actuate;

import org.jspecify.annotations.NullMarked;
