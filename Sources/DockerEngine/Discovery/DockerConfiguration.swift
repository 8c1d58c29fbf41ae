import PosixIO
package import WireKit

/// What the Docker CLI keeps in `config.json` that concerns us.
package struct DockerConfiguration: Hashable, Sendable {
    /// What is written down for one registry.
    package struct Authentication: Hashable, Sendable {
        package let user: String
        package let password: Credential
        package let identityToken: Credential?
    }

    package var currentContext: String?
    /// Per registry.
    package var authentications: [String: Authentication] = [:]
    /// Per registry, the helper's name without `docker-credential-`.
    package var credentialHelpers: [String: String] = [:]
    /// The helper for all other registries.
    package var credentialStore: String?

    package init() {}

    package init(_ json: JSON) {
        currentContext = json["currentContext"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        credentialHelpers = json["credHelpers"]?.stringMembers ?? [:]
        credentialStore = json["credsStore"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        for member in json["auths"]?.members ?? [] {
            if let authentication = Authentication(member.value) { authentications[member.name] = authentication }
        }
    }

    /// The Docker Hub under the name that it has in every configuration.
    static let hubServer = "https://index.docker.io/v1/"

    /// The names under which a registry may be written down, the usual one first.
    static func serverNames(of registry: String) -> [String] {
        registry == ImageReference.hub
            ? [hubServer, "index.docker.io", "docker.io", "registry-1.docker.io"]
            : [
                registry, "https://\(registry)", "http://\(registry)", "https://\(registry)/v1/",
                "https://\(registry)/v2/",
            ]
    }
}

extension DockerConfiguration.Authentication {
    /// - Returns: nil when the entry is only a mark that a helper knows more.
    init?(_ json: JSON) {
        var user = json["username"]?.string ?? ""
        var password = json["password"]?.string ?? ""
        // `auth` is `user:password` in base 64, and counts more.
        if let encoded = json["auth"]?.string, !encoded.isEmpty {
            guard let bytes = Base64.decode(encoded.utf8), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
                let name = String(validating: bytes[..<colon], as: UTF8.self),
                let secret = String(validating: bytes[(colon + 1)...].prefix { $0 != 0 }, as: UTF8.self)
            else { return nil }
            (user, password) = (name, secret)
        }
        let token = json["identitytoken"]?.string ?? ""
        guard !user.isEmpty || !token.isEmpty else { return nil }
        self.user = user
        self.password = Credential(password)
        identityToken = token.isEmpty ? nil : Credential(token)
    }

    func credentials(serverAddress: String) -> RegistryCredentials {
        RegistryCredentials(
            identityToken.map { .identityToken($0) } ?? .password(user: user, password),
            serverAddress: serverAddress
        )
    }
}
