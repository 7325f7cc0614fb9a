/**
 * Who a connection comes from: its socket's address, or what trusted proxies say, in the PROXY
 * protocol or in {@code X-Forwarded-For}. Used by every transport. Imports what {@code connection}
 * may import.
 */
@NullMarked
package dev.frontdoor.connection.address;

import org.jspecify.annotations.NullMarked;
