import CQLWire
import WireKit

/// The writes of this node in their order, for its journal and for the other nodes of its ring.
///
/// Records are gathered while a connection's requests run and go out together before any of them is answered.
final class WriteLog {
    let clock: NodeClock
    /// Set when the journal could not be written: nothing may be answered any more.
    private(set) var failure: String?
    private let journal: Journal?
    private let member: UInt8
    private let incarnation: UInt64
    private var links: [PeerLink] = []
    private var pending: [UInt8] = []
    private var pendingIsForPeers = true
    /// Records that others were or will be told of.
    private(set) var count: Int64 = 0
    private var stream: Int16 = 0

    /// - Parameters:
    ///   - clock: of the node.
    ///   - journal: where everything is kept, if anywhere.
    ///   - member: the node's place in its ring.
    ///   - incarnation: drawn for this run of the node.
    init(clock: NodeClock, journal: Journal?, member: UInt8, incarnation: UInt64) {
        self.clock = clock
        self.journal = journal
        self.member = member
        self.incarnation = incarnation
    }

    func attach(_ links: [PeerLink]) { self.links = links }

    /// How many of the records every peer that is in step has.
    var settledCount: Int64 { links.lazy.filter(\.isInStep).map(\.acknowledgedCount).min() ?? count }

    // MARK: Recording

    /// Records a request that has just run, its body in `bytes` at `range`.
    func append(_ opcode: Opcode.Request, _ bytes: [UInt8], _ range: Range<Int>, keyspace: String?) {
        if !pendingIsForPeers { flush() }
        pendingIsForPeers = true
        count += 1
        stream = stream == .max ? 0 : stream + 1
        let origin = WriteOrigin(member: member, incarnation: incarnation, number: count)
        WriteRecord(origin: origin, stamp: clock.stamp, keyspace: keyspace)
            .append(opcode, bytes, range, stream: stream, to: &pending)
    }

    /// Records a request that the codec took apart.
    func append(_ request: Request, keyspace: String?) {
        var writer = ByteWriter()
        // Anything that was decoded can be encoded.
        guard (try? RequestFrame(stream: .event, request: request).encode(into: &writer)) != nil else { return }
        append(request.opcode, writer.bytes, FrameHeader.byteCount..<writer.bytes.count, keyspace: keyspace)
    }

    /// Records that a statement was prepared, before the first record that uses it.
    func note(_ statement: PreparedStatement) {
        guard !statement.isLogged else { return }
        statement.isLogged = true
        append(.prepare(PrepareRequest(query: statement.query)), keyspace: statement.keyspace)
    }

    /// Keeps a record that another node sent, as it is; it is not sent on.
    func keep(_ bytes: [UInt8], _ frame: Range<Int>) {
        guard journal != nil else { return }
        if pendingIsForPeers { flush() }
        pendingIsForPeers = false
        pending.append(contentsOf: bytes[frame])
    }

    /// Writes and sends what was recorded.
    func flush() {
        guard !pending.isEmpty else { return }
        defer { pending.removeAll(keepingCapacity: true) }
        do throws(JournalError) {
            try journal?.append(pending)
        } catch {
            failure = error.description
            return
        }
        guard pendingIsForPeers else { return }
        for link in links { link.ship(pending, upTo: count) }
    }
}
