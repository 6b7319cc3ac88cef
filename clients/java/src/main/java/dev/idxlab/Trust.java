package dev.idxlab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** Makes the JVM trust the CA of a run over TLS, with a truststore, as an operator would do it. */
final class Trust {
    private static final String PASSWORD = "changeit";

    private Trust() {}

    /** Call this before the first TLS connection, because the JVM reads its truststore only once. */
    static void certificate(Path pem) {
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
            throw new IllegalStateException("failed to trust the CA of " + pem + ": " + exception.getMessage(), exception);
        }
    }
}
