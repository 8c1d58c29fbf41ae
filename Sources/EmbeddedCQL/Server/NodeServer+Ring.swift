import CQLWire
import PosixIO

/// What a node does with the records of its journal and of other nodes, and with news of them.
extension NodeServer {
    static func links(of ring: Ring?, _ options: NodeOptions, on loop: EventLoop) -> [PeerLink] {
        guard let ring else { return [] }
        return ring.members.indices.filter { $0 != ring.ownIndex }.map { member in
            PeerLink(to: member, of: ring, options.login, on: loop)
        }
    }

    /// Runs the journal's records again.
    ///
    /// - Returns: how many could not be run.
    /// - Throws: `JournalError` when it cannot be read.
    func replay(_ journal: Journal) throws(JournalError) -> Int {
        try journal.replay { [replay] bytes, frame in _ = replay.apply(bytes, frame) }
        database.forgetPreparedStatements()
        return replay.failureCount
    }

    /// Applies a record of another node, and keeps it.
    func apply(_ bytes: [UInt8], _ frame: Range<Int>) {
        appliedRecordCount += 1
        log?.keep(bytes, frame)
        if let change = replay.apply(bytes, frame) { broadcast(.schemaChange(change)) }
    }

    /// Follows what becomes of the other nodes.
    func watch(_ ring: Ring) {
        for link in links {
            link.changed = { [weak self, unowned link] isUp in self?.member(link.member, of: ring, isUp: isUp) }
            link.acknowledged = { [weak self] in self?.settle() }
            link.resolved = { [weak self] in self?.openDoor() }
        }
        database.systemTables.hasEveryChange = { [unowned self] place in
            links[place].isUp && links[place].acknowledgedCount >= log?.count ?? 0
        }
        database.missesWrites = { [unowned self] in
            // A member that is away takes no writes; one that is there may have taken some while this node was not.
            links.contains { ($0.isUp || !$0.isSettled) && !currentMembers.values.contains($0.member) }
        }
        database.aliveReplicaCount = { [unowned self] replicationFactor, token in
            guard let token else {
                // Of the range that has the fewest.
                return ring.members.indices.map { member in
                    let owned = Token(rawValue: ring.tokens(of: member)[0])
                    return aliveCount(ring.replicas(of: owned, replicationFactor: replicationFactor))
                }.min() ?? 0
            }
            return aliveCount(ring.replicas(of: token, replicationFactor: replicationFactor))
        }
    }

    /// A member says that everything came that this node had missed of its writes.
    func isInStep(with member: Int, over connection: NodeConnection) {
        currentMembers[ObjectIdentifier(connection)] = member
        openDoor()
    }

    /// Whether other members have writes that this one has not got yet, or may have.
    var missesWrites: Bool { database.missesWrites?() ?? false }

    /// Lets those in who wait until nothing is missed.
    private func openDoor() {
        guard !missesWrites else { return }
        for connection in Array(connections.values) { connection.letIn() }
    }

    private func aliveCount(_ members: [Int]) -> Int {
        members.count { member in
            // The one that has no link is this node.
            links.first { $0.member == member }?.isUp ?? true
        }
    }

    private func member(_ member: Int, of ring: Ring, isUp: Bool) {
        let address = ring.members[member]
        if let inet = CQLInet(address.host) {
            let node = InetAddressAndPort(address: inet.bytes[...], port: Int32(address.port))
            if isUp, seenMembers.insert(member).inserted { broadcast(.topologyChange("NEW_NODE", node)) }
            broadcast(.statusChange(isUp ? "UP" : "DOWN", node))
        }
        openDoor()
        settle()
    }

    private func settle() {
        for connection in Array(connections.values) { connection.settle() }
    }
}
