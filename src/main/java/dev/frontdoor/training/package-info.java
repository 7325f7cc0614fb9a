/**
 * Workers for the build of the image: its AOT cache is trained by them. The service does not use
 * this package. Imports {@code protocol} only.
 */
@NullMarked
package dev.frontdoor.training;

import org.jspecify.annotations.NullMarked;
