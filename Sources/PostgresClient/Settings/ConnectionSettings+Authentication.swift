import PostgresWire

/// How both sides may make sure of each other.
extension ConnectionSettings {
    /// - Throws: `ConnectionSettingError`.
    func authentication() throws(ConnectionSettingError) -> AuthenticationRequirements {
        var requirements = AuthenticationRequirements(
            channelBinding: try word(.channelBinding, orElse: .prefer),
            methods: try methods()
        )
        requirements.requiresClientCertificate = text(.sslcertmode) == "require"
        return requirements
    }

    /// The methods that `require_auth` lists, or all but those that it lists with an exclamation mark.
    private func methods() throws(ConnectionSettingError) -> Set<AuthenticationMethod>? {
        let words = list(.requireAuth)
        if words.isEmpty { return nil }
        let isNegated = words[0].hasPrefix("!")
        var listed: Set<AuthenticationMethod> = []
        for word in words {
            guard word.hasPrefix("!") == isNegated else {
                throw refusal(.requireAuth, "lists methods both with and without \"!\"")
            }
            guard let method = AuthenticationMethod(rawValue: String(word.dropFirst(isNegated ? 1 : 0))) else {
                let methods = AuthenticationMethod.allCases.map(\.rawValue).joined(separator: ", ")
                throw refusal(.requireAuth, "cannot list \"\(word)\": choose from \(methods), or exclude some by \"!\"")
            }
            guard listed.insert(method).inserted else { throw refusal(.requireAuth, "lists \"\(word)\" twice") }
        }
        return isNegated ? Set(AuthenticationMethod.allCases).subtracting(listed) : listed
    }

    /// Refuses what would be promised and not kept.
    ///
    /// Settings that can only be kept, such as the encoding (always UTF-8) or compression (never), go unmentioned.
    ///
    /// - Throws: `ConnectionSettingError` naming the setting.
    func refuseUnsupported() throws(ConnectionSettingError) {
        let keywords: [ConnectionKeyword] = [
            .requirepeer, .scramClientKey, .scramServerKey, .oauthIssuer, .oauthClientID, .oauthClientSecret,
            .oauthScope, .sslkeylogfile,
        ]
        for keyword in keywords where text(keyword) != nil { throw refusal(keyword, "is not supported") }
        switch text(.gssencmode) ?? "disable" {
        case "disable", "prefer": break
        case "require": throw refusal(.gssencmode, "cannot be require: there is no GSSAPI here, use TLS")
        case let other: throw refusal(.gssencmode, "cannot be \"\(other)\": choose one of disable, prefer, require")
        }
    }
}
