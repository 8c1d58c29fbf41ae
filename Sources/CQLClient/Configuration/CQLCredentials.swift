/// A user with a password, which is never printed.
package struct CQLCredentials: Hashable, Sendable {
    package let user: String
    let password: String

    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    /// The token of SASL PLAIN (RFC 4616), without an authorization identity.
    var plainToken: [UInt8] { [0] + Array(user.utf8) + [0] + Array(password.utf8) }
}

extension CQLCredentials: CustomStringConvertible, CustomReflectable {
    package var description: String { "user \"\(user)\", password not shown" }

    package var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
