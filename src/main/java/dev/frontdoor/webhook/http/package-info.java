/**
 * Requests to one receiver on blocking sockets: the thread that asks sends, and waits for the
 * response in the system. Nothing here knows events. Netty decodes the responses.
 */
@NullMarked
package dev.frontdoor.webhook.http;

import org.jspecify.annotations.NullMarked;
