/**
 * TLS of the ports: the SSL bundles, each checked before it is used, and the certificates of
 * workers. {@link dev.frontdoor.connection.tls.CheckedSslBundles} takes the place of Spring Boot's
 * registry, so that whatever uses a bundle gets good ones only. Imports nothing of {@code
 * connection} beside it.
 */
@NullMarked
package dev.frontdoor.connection.tls;

import org.jspecify.annotations.NullMarked;
