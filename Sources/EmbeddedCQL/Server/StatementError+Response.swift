import CQLWire

extension StatementError {
    /// The ERROR message that tells a client.
    var response: ErrorResponse {
        switch kind {
        case .syntax: ErrorResponse(code: .syntaxError, message: message)
        case .unauthorized: ErrorResponse(code: .unauthorized, message: message)
        case .invalid: ErrorResponse(code: .invalid, message: message)
        case .configuration: ErrorResponse(code: .configError, message: message)
        case .isBootstrapping: ErrorResponse(code: .isBootstrapping, message: message)
        case .protocolViolation: ErrorResponse(code: .protocolError, message: message)
        case .alreadyExists(let keyspace, let table):
            ErrorResponse(
                code: .alreadyExists,
                message: message,
                details: .alreadyExists(keyspace: keyspace, table: table)
            )
        case .unprepared(let id):
            ErrorResponse(code: .unprepared, message: message, details: .unprepared(PreparedID(bytes: id[...])))
        case .unavailable(let consistency, let required, let alive):
            ErrorResponse(
                code: .unavailable,
                message: message,
                details: .unavailable(consistency: consistency, required: required, alive: alive)
            )
        }
    }
}
