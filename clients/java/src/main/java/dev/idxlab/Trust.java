package dev.idxlab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** The authority of a run over TLS: the JVM trusts it as an operator would make it, by a truststore. */
final class Trust {
    private static final String PASSWORD = "changeit";

    private Trust() {}

    /** Must come before anything speaks TLS: the JVM reads its truststore once. */
    static void authority(Path pem) {
        try (var input = Files.newInputStream(pem)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("idxlab", CertificateFactory.getInstance("X.509").generateCertificate(input));
            Path file = Files.createTempFile("idxlab-trust", ".p12");
            file.toFile().deleteOnExit();
            try (var output = Files.newOutputStream(file)) {
                store.store(output, PASSWORD.toCharArray());
            }
            System.setProperty("javax.net.ssl.trustStore", file.toString());
            System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
            System.setProperty("javax.net.ssl.trustStoreType", "PKCS12");
        } catch (IOException | GeneralSecurityException exception) {
            throw new IllegalStateException("the authority " + pem + " cannot be trusted: " + exception.getMessage(), exception);
        }
    }
}
