package dev.frontdoor.webhook.http;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * How TLS is spoken.
 *
 * @param sockets make sockets with the keys and the trusted certificates
 * @param parameters protocols and ciphers
 */
public record Tls(SSLSocketFactory sockets, SSLParameters parameters) {

    /** Speaks TLS on a connected socket, with a server that proves to have this name. */
    Socket over(Socket plain, URI url, int port) throws IOException {
        SSLSocket socket = (SSLSocket) sockets.createSocket(plain, url.getHost(), port, true);
        SSLParameters checked = new SSLParameters();
        checked.setCipherSuites(parameters.getCipherSuites());
        checked.setProtocols(parameters.getProtocols());
        checked.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(checked);
        socket.startHandshake();
        return socket;
    }
}
