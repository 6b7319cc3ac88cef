package dev.idxlab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.okta.idx.sdk.api.client.Authenticator;
import com.okta.idx.sdk.api.client.IDXAuthenticationWrapper;
import com.okta.idx.sdk.api.client.ProceedContext;
import com.okta.idx.sdk.api.model.AuthenticationStatus;
import com.okta.idx.sdk.api.model.UserProfile;
import com.okta.idx.sdk.api.model.VerifyAuthenticatorOptions;
import com.okta.idx.sdk.api.response.AuthenticationResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One user's sign-up. Calls the SDK as an application would. */
final class SignUp {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> LABELS =
            Map.of("okta_password", "Password", "okta_email", "Email", "phone_number", "Phone");
    private static final Map<AuthenticationStatus, String> STEPS = Map.of(
            AuthenticationStatus.AWAITING_PROFILE_ENROLLMENT, "enroll-profile",
            AuthenticationStatus.AWAITING_AUTHENTICATOR_ENROLLMENT_SELECTION, "select-authenticator-enroll",
            AuthenticationStatus.AWAITING_AUTHENTICATOR_ENROLLMENT, "enroll-authenticator",
            AuthenticationStatus.AWAITING_AUTHENTICATOR_ENROLLMENT_DATA, "authenticator-enrollment-data");

    private final JsonNode message;
    private final Set<String> scopes = new LinkedHashSet<>();
    private final IDXAuthenticationWrapper okta;
    private AuthenticationResponse response;
    /** The context of the last response without an error, which identifies the current page. */
    private ProceedContext context;
    /** The last list of authenticators, because a response with an error contains no list. */
    private List<Authenticator> authenticators = List.of();
    private Authenticator chosen;
    private boolean onProfileForm;

    SignUp(JsonNode start) {
        message = start;
        start.path("scopes").forEach(scope -> scopes.add(scope.asText()));
        String secret = start.has("clientSecret") ? start.get("clientSecret").asText() : null;
        okta = new IDXAuthenticationWrapper(start.path("issuer").asText(), start.path("clientId").asText(), secret,
                scopes, start.path("redirectUri").asText());
    }

    ObjectNode start() {
        if (!message.has("activationToken")) {
            return take(okta.begin());
        }
        return take(okta.introspect(Activation.begin(message, String.join(" ", scopes))));
    }

    ObjectNode fill(JsonNode values) {
        if (values.has("phoneNumber")) {
            return take(okta.submitPhoneAuthenticator(context, values.get("phoneNumber").asText(),
                    factor(values.path("methodType").asText("sms")).orElseThrow()));
        }
        if (values.has("passcode")) {
            throw new UnsupportedOperationException("register(ProceedContext, UserProfile) takes no password");
        }
        if (!onProfileForm) {
            take(okta.fetchSignUpFormValues(context));
            onProfileForm = response.getErrors().isEmpty();
        }
        if (!onProfileForm) {
            return shown();
        }
        var profile = new UserProfile();
        values.fields().forEachRemaining(field ->
                profile.addAttribute(field.getKey(), JSON.convertValue(field.getValue(), Object.class)));
        return take(okta.register(context, profile));
    }

    ObjectNode choose(JsonNode message) {
        if (response.getAuthenticationStatus() != AuthenticationStatus.AWAITING_AUTHENTICATOR_ENROLLMENT_SELECTION) {
            throw new UnsupportedOperationException("the SDK answers the first form of a page, and the list comes second here");
        }
        String label = LABELS.getOrDefault(message.path("authenticator").asText(), "");
        chosen = authenticators.stream().filter(each -> each.getLabel().equals(label)).findFirst()
                .orElseThrow(() -> new IllegalStateException("the SDK lists no authenticator " + label));
        if (message.has("phoneNumber")) {
            throw new UnsupportedOperationException("the SDK sends a phone number only after the phone is chosen");
        }
        // Without a factor, the SDK sends the authenticator's type as the method: `phone` for a phone with two methods.
        return take(factor(message.path("methodType").asText())
                .map(factor -> okta.selectFactor(context, factor))
                .orElseGet(() -> okta.selectAuthenticator(context, chosen)));
    }

    ObjectNode answer(String passcode) {
        return take(okta.verifyAuthenticator(context, new VerifyAuthenticatorOptions(passcode)));
    }

    ObjectNode resend() {
        return take(okta.resend(context));
    }

    ObjectNode skip() {
        return take(okta.skipAuthenticatorEnrollment(context));
    }

    ObjectNode cancel() {
        onProfileForm = false;
        return take(okta.cancel(context));
    }

    /** The last response, as the application can show it. */
    ObjectNode shown() {
        ObjectNode reply = JSON.createObjectNode();
        var tokens = response.getTokenResponse();
        reply.put("status", tokens != null ? "success" : "pending");
        var status = response.getAuthenticationStatus();
        // The SDK has no status for the start page or for a response with an error.
        String step = status == null ? null : STEPS.get(status);
        if (step != null && tokens == null) {
            reply.putObject("step").put("name", step).put("canSkip", okta.isSkipAuthenticatorPresent(context))
                    .put("canResend", context.getResendHref() != null);
        }
        var messages = reply.putArray("messages");
        response.getErrors().forEach(error -> messages.addObject().put("class", "ERROR").put("text", error));
        if (tokens != null) {
            reply.putObject("tokens").put("accessToken", tokens.getAccessToken()).put("idToken", tokens.getIdToken())
                    .put("refreshToken", tokens.getRefreshToken()).put("scope", tokens.getScope());
        }
        return reply;
    }

    private ObjectNode take(AuthenticationResponse latest) {
        response = latest;
        if (latest.getErrors().isEmpty() && latest.getProceedContext() != null) {
            context = latest.getProceedContext();
        }
        if (latest.getAuthenticators() != null && !latest.getAuthenticators().isEmpty()) {
            authenticators = latest.getAuthenticators();
        }
        return shown();
    }

    private Optional<Authenticator.Factor> factor(String method) {
        return chosen.getFactors().stream().filter(each -> method.equals(each.getMethod())).findFirst();
    }
}
