package import WireKit

/// What a registry wants to know before it gives an image away.
package struct RegistryCredentials: Hashable, Sendable {
    package enum Secret: Hashable, Sendable {
        case password(user: String, Credential)
        /// A token that an identity provider gave.
        case identityToken(Credential)
    }

    package let secret: Secret
    /// The registry, as the configuration calls it.
    package let serverAddress: String

    package init(_ secret: Secret, serverAddress: String) {
        self.secret = secret
        self.serverAddress = serverAddress
    }

    /// `X-Registry-Auth`: a JSON object in base 64 for URLs (Engine API, "Authentication").
    package var headerValue: String {
        var members: [JSON.Member]
        switch secret {
        case .password(let user, let password):
            members = [.init("username", .string(user)), .init("password", .string(password.value))]
        case .identityToken(let token):
            members = [.init("identitytoken", .string(token.value))]
        }
        members.append(.init("serveraddress", .string(serverAddress)))
        return Base64.encodeForURL(Array(JSON.object(members).text.utf8))
    }
}
