extension ErrorResponse {
    /// This error as a client of `version` is told of it: codes that came later are said in those of its version, as
    /// Cassandra says them.
    package func said(in version: ProtocolVersion) -> ErrorResponse {
        switch details {
        case .readFailure(let consistency, let received, let blockFor, _, let dataPresent) where version < .v4:
            saying(
                .readTimeout,
                .readTimeout(consistency: consistency, received: received, blockFor: blockFor, dataPresent: dataPresent)
            )
        case .writeFailure(let consistency, let received, let blockFor, _, let writeType) where version < .v4:
            saying(
                .writeTimeout,
                .writeTimeout(consistency: consistency, received: received, blockFor: blockFor, writeType: writeType)
            )
        case .functionFailure where version < .v4:
            saying(.invalid, .none)
        case .casWriteUnknown(let consistency, let received, let blockFor) where version <= .v4:
            saying(
                .writeTimeout,
                .writeTimeout(
                    consistency: consistency,
                    received: received,
                    blockFor: blockFor,
                    writeType: .compareAndSet
                )
            )
        default:
            self
        }
    }

    private func saying(_ code: ErrorCode, _ details: Details) -> ErrorResponse {
        ErrorResponse(code: code, message: message, details: details)
    }
}
