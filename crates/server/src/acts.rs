//! Everything that an address of the box does, and at which address it is done.

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $method:literal $path:literal;)*) => {
        /// What a request asks for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Act {
            $($(#[$doc])* $name,)*
        }

        impl Act {
            /// Every act.
            pub(crate) const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the method and the address, as routed, at which it is done.
            pub(crate) const fn address(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($method, $path),)* }
            }
        }
    };
}

acts! {
    /// Learn what anybody may know of the box.
    ReadBox = "GET" "/api/v1/box";
    /// Read what happened to the box.
    ReadBoxLog = "GET" "/api/v1/box/log";
    /// Read the description of the interface.
    ReadInterface = "GET" "/api/v1/openapi.json";
    /// Ask whether the box answers.
    ReadHealth = "GET" "/health";
    /// Read the figures of the process.
    ReadFigures = "GET" "/metrics";
    /// Begin to come in, by a code or an invitation.
    BeginClaim = "POST" "/api/v1/claim/begin";
    /// Come in.
    FinishClaim = "POST" "/api/v1/claim/finish";
    /// Ask for a challenge to a passkey.
    BeginSignIn = "POST" "/api/v1/passkeys/challenge";
    /// Be given what the passkey's method opens.
    ShowPasskey = "POST" "/api/v1/passkeys/assert";
    /// Be given what a kit opens.
    FindKit = "POST" "/api/v1/kits/lookup";
    /// Ask for a challenge to a device or method.
    BeginSession = "POST" "/api/v1/sessions/challenge";
    /// Begin a session.
    OpenSession = "POST" "/api/v1/sessions";
    /// Be given the box's half of a vault key.
    ReleaseHalf = "POST" "/api/v1/vault-halves/{device}/release";
    /// Begin the approval of a new device, which is this one.
    BeginApproval = "POST" "/api/v1/approvals";
    /// Open what the new device committed to.
    OpenApproval = "PUT" "/api/v1/approvals/{ceremony}/opening";
    /// Read what was said in an approval.
    WatchApproval = "GET" "/api/v1/approvals/{ceremony}";
    /// End an approval.
    EndApproval = "DELETE" "/api/v1/approvals/{ceremony}";
    /// Answer a new device.
    AnswerApproval = "PUT" "/api/v1/approvals/{ceremony}/answer";
    /// Hand the account's name to the new device.
    HandOverAccount = "PUT" "/api/v1/approvals/{ceremony}/account";
    /// Be told when there is something to pull.
    FollowTail = "GET" "/api/v1/tail";
    /// List the account's sessions.
    ListSessions = "GET" "/api/v1/sessions";
    /// End a session.
    EndSession = "DELETE" "/api/v1/sessions/{session}";
    /// Ask for a challenge by which the person is verified anew.
    BeginStepUp = "POST" "/api/v1/step-up/challenge";
    /// Verify the person by a passkey.
    StepUp = "POST" "/api/v1/step-up";
    /// Verify the person by a method's own key.
    StepUpByMethod = "POST" "/api/v1/step-up/method";
    /// Begin to make another passkey.
    BeginPasskey = "POST" "/api/v1/passkeys/registration";
    /// Store another passkey.
    AddPasskey = "POST" "/api/v1/passkeys";
    /// Read the sealed keys of the account's methods.
    ReadMethods = "GET" "/api/v1/methods";
    /// Leave the box's half of a vault key.
    KeepHalf = "PUT" "/api/v1/vault-halves/{device}";
    /// Begin a space.
    BeginSpace = "POST" "/api/v1/logs";
    /// Read statements of a log.
    ReadLog = "GET" "/api/v1/logs/{log}";
    /// Append a statement that asks for no fresh verification.
    AppendLog = "POST" "/api/v1/logs/{log}";
    /// Append a statement about keys, members or erasing.
    AppendOfKeys = "POST" "/api/v1/logs/{log}";
    /// Read wraps.
    ReadWraps = "GET" "/api/v1/logs/{log}/wraps";
    /// List the account's spaces.
    ListSpaces = "GET" "/api/v1/spaces";
    /// Read what arrived in a space.
    Pull = "GET" "/api/v1/spaces/{space}/changes";
    /// Read the log of a space up to one's own removal.
    TakeLeave = "GET" "/api/v1/spaces/{space}/changes";
    /// Bring changes.
    Push = "POST" "/api/v1/spaces/{space}/changes";
    /// Replace bodies that an erasure names.
    Reseal = "POST" "/api/v1/spaces/{space}/bodies";
    /// List the account's invitations.
    ListInvites = "GET" "/api/v1/invites";
    /// Make an invitation.
    MakeInvite = "POST" "/api/v1/invites";
    /// End an invitation.
    EndInvite = "DELETE" "/api/v1/invites/{invite}";
}
