package import CQLWire

/// An ERROR from a server, with all that it said.
package struct CQLServerError: Error, Equatable, Sendable {
    package let code: ErrorCode
    package let message: String
    package let details: ErrorResponse.Details
    /// The server's address.
    package let peer: String

    package init(_ response: ErrorResponse, peer: String) {
        code = response.code
        message = response.message
        details = response.details
        self.peer = peer
    }
}

extension CQLServerError: CustomStringConvertible {
    package var description: String {
        let remedy = remedy.map { "; \($0)" } ?? ""
        return "\(code) from \(peer): \(message)\(remedy)"
    }

    /// What the user can do about it, where there is something.
    package var remedy: String? {
        switch code {
        case .unavailable: "too few replicas are alive; start the nodes, or lower the replication factor or consistency"
        case .overloaded: "the server sheds load; lower the concurrency"
        case .isBootstrapping: "the node is still joining the cluster; wait for it or use another"
        case .writeTimeout, .readTimeout: "the replicas were too slow; lower the concurrency"
        case .unauthorized: "grant the user the permission"
        case .badCredentials: "check user and password"
        default: nil
        }
    }
}
