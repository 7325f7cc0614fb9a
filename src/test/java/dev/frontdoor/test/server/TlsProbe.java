package dev.frontdoor.test.server;

import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Finds out which certificate a port has. */
public final class TlsProbe {

    private TlsProbe() {}

    /** The certificate of a port on this machine, for a client that names no host. */
    public static X509Certificate certificateAt(int port, X509Certificate trusted)
            throws IOException {
        return certificateAt(port, new SSLParameters(), TestCertificate.socketsTrusting(trusted));
    }

    /** The certificate of a port on this machine, for a client with this one. */
    public static X509Certificate certificateAt(
            int port, TestCertificate own, X509Certificate trusted) throws IOException {
        return certificateAt(port, new SSLParameters(), own.clientSockets(trusted));
    }

    /** The certificate of a port on this machine, for a client that wants this host. */
    public static X509Certificate certificateAt(int port, String host, X509Certificate trusted)
            throws IOException {
        SSLParameters parameters = new SSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        return certificateAt(port, parameters, TestCertificate.socketsTrusting(trusted));
    }

    private static X509Certificate certificateAt(
            int port, SSLParameters parameters, SSLSocketFactory sockets) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) sockets.createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) ServerUnderTest.MAX_WAIT.toMillis());
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
