import CQLWire
import PosixIO
import WireKit

/// One client's connection: frames in, answers out, in the order of the requests.
///
/// It belongs to the loop of its stream and never waits: the stream calls it when there is something to read.
/// While a client does not take its answers, nothing more is read from it.
final class NodeConnection {
    private static let receiveByteCount = 512 << 10
    /// More unsent bytes than this stop the reading until all are sent.
    static let outputLimit = 4 << 20
    /// Frames are run in groups of about this size.
    static let groupByteCount = 512 << 10

    private let stream: ByteStream
    unowned let server: NodeServer
    /// Of the server, held here for what is asked with each frame.
    let counter: RequestCounter
    let discardsWrites: Bool
    let hasFaults: Bool
    /// Whether the other side is a node of the ring.
    var isPeer: Bool { handshake.isPeer }
    var input = RawBuffer(capacity: NodeConnection.receiveByteCount)
    var output = RawBuffer(capacity: 64 << 10)
    var handshake: Handshake
    var runner: RequestRunner
    var eventTypes: Set<String> = []
    var version = ProtocolVersion.v4
    /// The version of the STARTUP that was accepted: all later frames have it too.
    var settledVersion: ProtocolVersion?

    /// Frames taken from the input that wait for the output to drain.
    var group: [UInt8] = []
    var groupPosition = 0
    /// Answers that wait for other nodes of the ring.
    private var held = HeldAnswers()
    private var isServing = false
    private var isBlocked = false
    /// Whether its STARTUP waits until the node has what it missed.
    private(set) var waitsAtDoor = false
    var closesWhenDrained = false
    private(set) var isClosed = false

    /// The shard of the node that the connection belongs to.
    let shard: Int

    init(_ stream: ByteStream, _ server: NodeServer, shard: Int) {
        self.shard = shard
        self.stream = stream
        self.server = server
        counter = server.requestCounter
        discardsWrites = server.options.discardsWrites
        hasFaults = server.options.fault != nil
        handshake = Handshake(login: server.options.login, offer: server.offer(shard: shard))
        runner = RequestRunner(
            server.database,
            routing: server.placement.isSpread
                ? RoutingCheck(server.placement, shard: shard, server.routingCounter) : nil,
            log: server.log
        )
    }

    func open() {
        stream.setReadObserver { [weak self] in self?.readable() }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        stream.close()
        server.closed(self)
    }

    private func readable() {
        do throws(TransportError) {
            if input.writableByteCount < Self.receiveByteCount / 2 { input.reserve(Self.receiveByteCount / 2) }
            switch try stream.receive(into: &input) {
            case .bytes: serve()
            case .wouldBlock: return
            case .endOfStream: close()
            }
        } catch {
            close()
        }
    }

    /// Runs what was received and sends what there is to send.
    private func serve() {
        isServing = true
        while !isClosed, !closesWhenDrained, !isBlocked {
            guard runGroup() || runDiscarded() || takeGroup() else { break }
            if output.readableByteCount >= Self.outputLimit { deliver() }
        }
        isServing = false
        deliver()
    }

    /// Lets the answers go that were made since the last time, as soon as what they promise is safe.
    private func deliver() {
        guard let log = server.log, !isClosed else { return flush() }
        log.flush()
        guard log.failure == nil else { return server.fail() }
        // A node of the ring that waited for others here could wait for itself.
        if isPeer || (held.isEmpty && log.settledCount >= log.count) { return flush() }
        held.append(output.take(output.readableByteCount), until: log.count)
        if held.byteCount >= Self.outputLimit { block() }
    }

    /// Lets the answers go that waited for less than the log is settled up to.
    func settle() {
        guard !held.isEmpty, let log = server.log else { return }
        output.append(held.release(upTo: log.settledCount))
        flush()
        if !isBlocked { serve() }
    }

    /// Sends bytes that are no answer to a request that runs now.
    func sendLater(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        output.append(bytes)
        if !isServing { deliver() }
    }

    func schedule(after delay: Duration, _ body: @escaping () -> Void) { stream.loop.schedule(after: delay, body) }

    private func block() {
        guard !isBlocked else { return }
        isBlocked = true
        stream.setReadObserver(nil)
    }

    func flush() {
        guard !isClosed else { return }
        do throws(TransportError) {
            if try stream.send(from: &output) {
                if closesWhenDrained, held.isEmpty { return close() }
                if held.byteCount < Self.outputLimit { unblock() }
                return
            }
            if output.readableByteCount >= Self.outputLimit { block() }
            stream.setWriteObserver { [weak self] in self?.writable() }
        } catch {
            close()
        }
    }

    private func writable() {
        flush()
        if !isBlocked { serve() }
    }

    /// Reads and answers nothing more until `letIn()`.
    func waitAtDoor() {
        waitsAtDoor = true
        block()
    }

    /// Goes on with the STARTUP that waits, if one does.
    func letIn() {
        guard waitsAtDoor else { return }
        waitsAtDoor = false
        unblock()
        serve()
    }

    private func unblock() {
        guard isBlocked, !waitsAtDoor else { return }
        isBlocked = false
        stream.setReadObserver { [weak self] in self?.readable() }
    }
}
