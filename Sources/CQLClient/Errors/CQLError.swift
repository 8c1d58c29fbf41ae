package import CQLWire
package import WireKit

/// Why a request has no result.
package enum CQLError: Error, Equatable, Sendable {
    /// The connection failed, or could not finish the request.
    case connection(CQLConnectionError)
    /// The server answered with an error.
    case server(CQLServerError)
    /// The request cannot be written, or an answer not be read, as the types say.
    case codec(WireError)
    /// A statement that was prepared again now takes other values or returns other columns.
    case statementChanged(query: String)
    /// The server answered with another kind of result than the statement promises.
    case unexpectedResult(ResultResponse.Kind, query: String)
}

extension CQLError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .connection(let error): error.description
        case .server(let error): error.description
        case .codec(let error): "a CQL message is wrong: \(error)"
        case .statementChanged(let query): "the table behind \"\(query)\" was changed meanwhile; run again"
        case .unexpectedResult(let kind, let query): "\"\(query)\" unexpectedly returned \(kind)"
        }
    }
}
