extension StartupStateMachine {
    /// What the opening needs to know.
    package struct Configuration: Sendable {
        /// Whether the session is to be encrypted.
        package enum TLS: Sendable {
            case disable
            /// Encrypted if the server can.
            case prefer
            case require
        }

        package var user: String
        package var password: String?
        package var tls: TLS
        package var authentication: AuthenticationRequirements
        /// The versions to settle on; the greatest is asked for.
        package var protocolVersions: ClosedRange<ProtocolVersion>
        /// Everything the StartupMessage says, `user` and `database` included.
        package var parameters: [StartupMessage.Parameter]
        /// Fresh random text for SCRAM.
        package var nonce: String
        package var hashes: AuthenticationHashes

        package init(
            user: String,
            password: String?,
            tls: TLS,
            authentication: AuthenticationRequirements = AuthenticationRequirements(),
            protocolVersions: ClosedRange<ProtocolVersion> = .v3_0 ... .v3_0,
            parameters: [StartupMessage.Parameter],
            nonce: String,
            hashes: AuthenticationHashes
        ) {
            self.user = user
            self.password = password
            self.tls = tls
            self.authentication = authentication
            self.protocolVersions = protocolVersions
            self.parameters = parameters
            self.nonce = nonce
            self.hashes = hashes
        }
    }
}
