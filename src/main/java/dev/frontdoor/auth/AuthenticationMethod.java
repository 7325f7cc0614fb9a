package dev.frontdoor.auth;

import dev.frontdoor.notifier.Principal;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One way to prove an identity. Used by any thread; nothing blocks. */
interface AuthenticationMethod {

    /** The kind of its principals, by which it is counted. */
    Principal.Kind kind();

    /** Whether it decides about such credentials; a later method does if not. */
    boolean decides(PresentedCredentials presented);

    /**
     * Checks credentials.
     *
     * @param awaited whether somebody still waits for the result
     * @param onResult gets the result, once and on another thread, if this method returns null
     * @return the result if it is known at once; null otherwise
     */
    @Nullable AuthenticationResult check(
            PresentedCredentials presented,
            BooleanSupplier awaited,
            Consumer<AuthenticationResult> onResult);
}
