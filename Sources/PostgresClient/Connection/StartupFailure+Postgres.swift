import PosixIO
import PostgresWire

extension PostgresConnectionError {
    /// A failed start-up, in the words of this room.
    init(_ failure: StartupFailure, endpoint: Endpoint) {
        let code: Code
        let reason: String
        var serverError: PostgresServerError?
        switch failure {
        case .tlsRefused:
            (code, reason) = (.tlsRefused, "the server does not offer TLS, which is required")
        case .server(let error):
            (code, reason) = (Self.code(of: error), "\(error)")
            serverError = error
        case .unsupportedAuthentication(let method):
            code = .unsupportedAuthentication
            reason = "the server asks for \(method) authentication, which is not supported"
        case .unknownAuthentication(let number):
            code = .unsupportedAuthentication
            reason = "the server asks for authentication method \(UInt32(bitPattern: number)), which is not supported"
        case .passwordRequired(let method):
            (code, reason) = (.passwordRequired, "the server asks for a password (\(method)) and none was given")
        case .requirement(let error):
            (code, reason) = (.authenticationRequirement, "\(error)")
        case .negotiation(let error):
            if case .tooOld = error { code = .protocolVersion } else { code = .protocolViolation }
            reason = "\(error)"
        case .errorInsteadOfTLSAnswer:
            code = .notAcceptingConnections
            reason = "the server answers the request for TLS with an error, whose text nobody vouches for; see its log"
        case .scram(let error):
            (code, reason) = (.authenticationFailed, "\(error)")
        case .protocolViolation(let violation):
            (code, reason) = (.protocolViolation, "\(violation)")
        case .invalidTLSAnswer(let byte):
            (code, reason) = (.protocolViolation, "the answer to the request for TLS is the byte \(byte)")
        case .unencryptedBytesAfterTLSAnswer:
            code = .protocolViolation
            reason = "unencrypted bytes follow the server's consent to TLS; someone may be injecting them"
        }
        self.init(code, phase: .startup, peer: "\(endpoint)", reason: reason, serverError: serverError)
    }

    private static func code(of error: PostgresServerError) -> Code {
        switch error.sqlState {
        case .invalidPassword, .invalidAuthorization: .authenticationFailed
        case .invalidCatalogName: .databaseDoesNotExist
        case .tooManyConnections: .tooManyConnections
        case .cannotConnectNow: .notAcceptingConnections
        default: PoolerReply(error)?.code ?? .server
        }
    }
}
