package import CQLWire

/// What a node has done so far.
package struct NodeCounters: Equatable, Sendable {
    /// Requests by what they asked.
    package internal(set) var requests: [Opcode.Request: Int] = [:]
    /// Rows that writes touched, kept or discarded.
    package internal(set) var writtenRows = 0
    /// Connections accepted.
    package internal(set) var connections = 0

    /// All requests.
    package var frames: Int { requests.values.reduce(0, +) }
}
