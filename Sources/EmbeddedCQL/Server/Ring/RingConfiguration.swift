/// Which nodes make up a ring, and which of them this one is.
package struct RingConfiguration: Sendable {
    package struct Member: Equatable, Sendable {
        /// A literal address.
        package let host: String
        package let port: UInt16

        package init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    package let members: [Member]
    /// This node's place among them.
    package let index: Int

    package var ownMember: Member { members[index] }

    /// - Throws: `RingError` for members that clients could not tell apart or reach.
    package init(members: [Member], index: Int) throws(RingError) {
        guard members.indices.contains(index) else {
            throw RingError(description: "the ring has no member \(index); its \(members.count) members count from 0")
        }
        guard members.count <= 64 else { throw RingError(description: "a ring has at most 64 members") }
        guard Set(members.map(\.host)).count == members.count else {
            throw RingError(description: "each member of a ring needs an address of its own, such as 127.0.0.2")
        }
        // system.peers has no port: drivers take the one that they know for all nodes.
        guard Set(members.map(\.port)).count == 1, members[0].port != 0 else {
            throw RingError(description: "all members of a ring listen on the same port, which is not 0")
        }
        self.members = members
        self.index = index
    }
}

/// Why nodes make up no ring.
package struct RingError: Error, CustomStringConvertible {
    package let description: String
}
