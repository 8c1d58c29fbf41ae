package import PosixIO

/// Why a request to the Engine had no good end.
package enum DockerEngineError: Error, Equatable, Sendable {
    /// The Engine refused the request, or failed at it, and said so.
    case refused(EngineRefusal)
    /// No connection, or it was lost.
    case transport(TransportError)
    /// Who answers does not speak HTTP/1.1.
    case http(HTTPError, peer: String)
    /// An answer that the API does not describe.
    case unexpected(String, method: HTTPMethod, path: String)
    /// The Engine's API is older than what we speak.
    case tooOld(offered: String)

    /// The surrounding task was cancelled.
    package static let cancelled = DockerEngineError.transport(.cancelled)

    package var isCancellation: Bool { self == .cancelled }
    /// The status with which the Engine refused, if it did; 200 when the refusal came after the head of the answer.
    package var status: Int? {
        guard case .refused(let refusal) = self else { return nil }
        return refusal.status
    }
}

/// What the Engine said, to which request.
package struct EngineRefusal: Error, Hashable, Sendable {
    /// The answer's status; pulls and builds may fail inside a 200.
    package let status: Int
    /// The Engine's own words.
    package let message: String
    package let method: HTTPMethod
    /// Without the query, which may hold what the user typed.
    package let path: String

    package init(status: Int, message: String, method: HTTPMethod, path: String) {
        self.status = status
        self.message = message
        self.method = method
        self.path = path
    }
}

extension EngineRefusal: CustomStringConvertible {
    package var description: String {
        "\(message) (\(method.rawValue) \(path): \(status == 200 ? "failed on the way" : "HTTP \(status)"))"
    }
}

extension DockerEngineError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let refusal): "the Docker Engine says: \(refusal)"
        case .transport(.cancelled): "interrupted"
        case .transport(let error): "the Docker Engine at \(error)"
        case .http(let error, let peer): "\(peer) is no Docker Engine: \(error)"
        case .unexpected(let what, let method, let path):
            "the Docker Engine's answer to \(method.rawValue) \(path) cannot be read: \(what)"
        case .tooOld(let offered):
            "the Docker Engine speaks API \(offered), older than \(APIVersion.oldest); upgrade it to 1.12 or newer"
        }
    }
}
