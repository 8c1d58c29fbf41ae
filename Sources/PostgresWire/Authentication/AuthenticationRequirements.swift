/// Whether SCRAM is bound to the TLS session (libpq's `channel_binding`).
package enum ChannelBinding: String, Hashable, Sendable, CaseIterable {
    case disable
    /// Bound if the server offers it over TLS.
    case prefer
    /// A server that does not bind, or does not authenticate by SCRAM at all, is refused.
    case require
}

/// A way in which a server asks who we are (libpq's `require_auth`).
package enum AuthenticationMethod: String, Hashable, Sendable, CaseIterable {
    case password
    case md5
    case gss
    case sspi
    case scramSHA256 = "scram-sha-256"
    case oauth
    /// The server asks for nothing.
    case none
}

/// What became of the client's certificate in the TLS handshake.
package enum ClientCertificate: Hashable, Sendable {
    /// The server did not ask for one, or there is no TLS.
    case notRequested
    /// The server asked, and there was none to send.
    case missing
    case sent
}

/// Which authentications a session accepts.
package struct AuthenticationRequirements: Equatable, Sendable {
    package var channelBinding = ChannelBinding.prefer
    /// The only methods by which the server may ask; `nil` allows each that we know.
    package var methods: Set<AuthenticationMethod>?
    /// Whether a server is refused that lets us in without our certificate (libpq's `sslcertmode=require`).
    package var requiresClientCertificate = false

    package init(channelBinding: ChannelBinding = .prefer, methods: Set<AuthenticationMethod>? = nil) {
        self.channelBinding = channelBinding
        self.methods = methods
    }
}
