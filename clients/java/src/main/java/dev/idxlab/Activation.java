package dev.idxlab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.okta.idx.sdk.api.model.IDXClientContext;
import com.okta.idx.sdk.api.util.PkceUtil;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A sign-up that starts with an activation token. IDXClient.interact() of 2.0.0 does not accept a token, so the application requests the
 * handle itself. The SDK can continue with this handle through its public API: IDXClientContext, PkceUtil and IDXAuthenticationWrapper.introspect.
 */
final class Activation {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Activation() {}

    static IDXClientContext begin(JsonNode start, String scopes) {
        try {
            String verifier = PkceUtil.generateCodeVerifier();
            String challenge = PkceUtil.generateCodeChallenge(verifier);
            String state = UUID.randomUUID().toString();
            Map<String, String> form = new LinkedHashMap<>();
            form.put("client_id", start.path("clientId").asText());
            if (start.has("clientSecret")) {
                form.put("client_secret", start.get("clientSecret").asText());
            }
            form.put("scope", scopes);
            form.put("redirect_uri", start.path("redirectUri").asText());
            form.put("code_challenge", challenge);
            form.put("code_challenge_method", PkceUtil.CODE_CHALLENGE_METHOD);
            form.put("state", state);
            form.put("activation_token", start.path("activationToken").asText());
            String issuer = start.path("issuer").asText();
            String server = issuer.contains("/oauth2/") ? issuer : issuer + "/oauth2";
            JsonNode response = post(server + "/v1/interact", form);
            return new IDXClientContext(verifier, challenge, response.path("interaction_handle").asText(), state);
        } catch (IOException | NoSuchAlgorithmException exception) {
            throw new IllegalStateException(exception.getMessage(), exception);
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interact was interrupted", exception);
        }
    }

    private static JsonNode post(String address, Map<String, String> form) throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(URI.create(address)).version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/x-www-form-urlencoded").header("Accept", "application/json")
                .POST(BodyPublishers.ofString(body)).build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        JsonNode json = JSON.readTree(response.body());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(json.path("error_description").asText(response.body()));
        }
        return json;
    }
}
