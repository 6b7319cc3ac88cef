package dev.idxlab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.okta.idx.sdk.api.client.IDXAuthenticationWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** An adapter for Okta's published Java SDK. Each line of input and output is one JSON object. */
public final class Adapter {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> OPERATIONS =
            List.of("start", "fill", "choose", "answer", "resend", "skip", "cancel", "finish");

    private SignUp signUp;

    public static void main(String[] arguments) throws IOException {
        // The SDK accepts plain HTTP only with this property.
        System.setProperty("okta.testing.disableHttpsCheck", "true");
        String caFile = System.getenv("IDXLAB_CA");
        if (caFile != null && !caFile.isEmpty()) {
            Trust.certificate(Path.of(caFile));
        }
        var adapter = new Adapter();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            JsonNode message = JSON.readTree(line);
            ObjectNode reply = adapter.reply(message);
            reply.set("id", message.get("id"));
            output.println(JSON.writeValueAsString(reply));
        }
    }

    private ObjectNode reply(JsonNode message) {
        String operation = message.path("op").asText();
        if (operation.equals("hello")) {
            return hello();
        }
        if (!OPERATIONS.contains(operation)) {
            return failed("unsupported", "okta-idx-java has no call for " + operation);
        }
        try {
            return perform(operation, message);
        } catch (UnsupportedOperationException exception) {
            return failed("unsupported", exception.getMessage());
        } catch (RuntimeException exception) {
            return failed("error", String.valueOf(exception.getMessage()));
        }
    }

    private ObjectNode perform(String operation, JsonNode message) {
        if (operation.equals("start")) {
            signUp = new SignUp(message);
            return signUp.start();
        }
        return switch (operation) {
            case "fill" -> signUp.fill(message.path("values"));
            case "choose" -> signUp.choose(message);
            case "answer" -> signUp.answer(message.path("passcode").asText());
            case "resend" -> signUp.resend();
            case "skip" -> signUp.skip();
            case "cancel" -> signUp.cancel();
            default -> signUp.shown();
        };
    }

    private static ObjectNode hello() {
        String version = IDXAuthenticationWrapper.class.getPackage().getImplementationVersion();
        ObjectNode reply = JSON.createObjectNode()
                .put("client", "okta-idx-java")
                .put("version", version == null ? "unknown" : version)
                .put("perProcess", "many")
                .put("clock", "ignored");
        OPERATIONS.forEach(reply.putArray("operations")::add);
        return reply;
    }

    private static ObjectNode failed(String status, String text) {
        ObjectNode reply = JSON.createObjectNode().put("status", status).put("error", text);
        reply.putArray("messages").addObject().put("class", "ERROR").put("text", text);
        return reply;
    }
}
