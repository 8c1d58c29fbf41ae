/// Which of the user's requirements the server's way of authenticating does not meet.
package enum AuthenticationRequirementError: Error, Hashable, Sendable {
    /// The server asks by a method, or not at all, that is not among those allowed.
    case methodNotAllowed(AuthenticationMethod, allowed: Set<AuthenticationMethod>)
    /// Binding is required and the server was content with less.
    case channelBindingNotUsed(method: AuthenticationMethod)
    /// Binding is required and the server does not offer it.
    case channelBindingNotOffered
    /// Binding is required and the session is not encrypted.
    case channelBindingNeedsTLS
    /// Binding is required and the certificate's signature has no hash function to bind by.
    case channelBindingUndefined
    /// Binding is offered on an unencrypted session: TLS ends at someone in between.
    case channelBindingOfferedWithoutTLS
    /// Our certificate is required, and the server did not ask for it.
    case clientCertificateNotRequested
    /// Our certificate is required, and the server was content without it.
    case clientCertificateNotSent
}

extension AuthenticationRequirementError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .methodNotAllowed(.none, let allowed):
            return "the server asks for no authentication, but \(Self.list(allowed)) is required"
        case .methodNotAllowed(let method, let allowed):
            return "the server asks for \(method.rawValue) authentication, but \(Self.list(allowed)) is required"
        case .channelBindingNotUsed(.none):
            return "channel binding is required, but the server asks for no authentication"
        case .channelBindingNotUsed(let method):
            return "channel binding is required, but the server authenticates by \(method.rawValue) without it"
        case .channelBindingNotOffered:
            return "channel binding is required, but the server does not offer SCRAM-SHA-256-PLUS"
        case .channelBindingNeedsTLS:
            return "channel binding is required, but the session is not encrypted"
        case .channelBindingUndefined:
            return "channel binding is required, but undefined for the signature of the server's certificate"
        case .channelBindingOfferedWithoutTLS:
            return "the server offers channel binding on an unencrypted session: was TLS removed in between?"
        case .clientCertificateNotRequested:
            return "a client certificate is required, but the server did not request one"
        case .clientCertificateNotSent:
            return "a client certificate is required, but there is none to send and the server does not insist"
        }
    }

    private static func list(_ methods: Set<AuthenticationMethod>) -> String {
        methods.isEmpty ? "an unknown method" : methods.map(\.rawValue).sorted().joined(separator: " or ")
    }
}
