import CQLWire
import PosixIO
import WireKit

/// This node's connection to another member of the ring: it carries the writes that came to this node, in their order,
/// and finds out whether the other is there.
///
/// What the other has not acknowledged is kept, and sent again when it is back.
final class PeerLink {
    private enum State {
        case down
        case connecting
        /// STARTUP was sent.
        case starting
        case up
    }

    /// The STARTUP option by which a node of the ring tells which one it is.
    static let startupOption = "PGSCYLLA_PEER"
    /// The option of a second STARTUP, which says that everything that the other had missed was sent and acknowledged.
    static let inStepOption = "PGSCYLLA_IN_STEP"
    private static let retryDelay = Duration.milliseconds(200)
    /// After so long without an answer, it counts as not there.
    private static let patience = Duration.seconds(2)
    private static let heartbeatDelay = Duration.seconds(1)
    /// Heartbeats that may go unanswered.
    private static let heartbeatLimit = 4
    /// Acknowledged bytes that are kept until it is worth moving the others.
    private static let compactionByteCount = 1 << 20

    let member: Int
    private let address: RingConfiguration.Member
    private let startup: [UInt8]
    private let inStep: [UInt8]
    private let login: NodeOptions.Login?
    private let loop: EventLoop
    /// Called when the other member came up or went down, and when it acknowledged something.
    var changed: (_ isUp: Bool) -> Void = { _ in }
    var acknowledged: () -> Void = {}
    /// Called when it has turned out that the other member is not there.
    var resolved: () -> Void = {}

    private var state = State.down
    private var isStopped = false
    private var stream: ByteStream?
    private var input = RawBuffer(capacity: 64 << 10)
    private var output = RawBuffer(capacity: 64 << 10)
    private var decoder = FrameDecoder(expecting: .response)
    private var unansweredHeartbeats = 0
    private var alarm: UInt64?

    /// Records that are not acknowledged: from `backlogStart` on, sent up to `sentEnd`.
    private var backlog: [UInt8] = []
    private var backlogStart = 0
    private var sentEnd = 0
    /// The record up to which the other has everything.
    private(set) var acknowledgedCount: Int64 = 0

    private var shippedCount: Int64 = 0
    /// What it had missed when it came up: nobody waits for that.
    private var catchUpCount: Int64 = 0
    private var hasSaidInStep = false
    /// Whether it is known since `start()` if the other is there.
    private(set) var isSettled = false

    var isUp: Bool { state == .up }
    /// Whether it has all that it missed: then writes are answered once it has them too.
    var isInStep: Bool { isUp && acknowledgedCount >= catchUpCount }

    init(to member: Int, of ring: Ring, _ login: NodeOptions.Login?, on loop: EventLoop) {
        self.member = member
        self.login = login
        self.loop = loop
        address = ring.members[member]
        var options: StringMap = ["CQL_VERSION": Node.cqlVersion, Self.startupOption: "\(ring.ownIndex)"]
        startup = Self.frame(.startup(StartupRequest(options: options)))
        options.entries.append(.init(key: Self.inStepOption, value: "true"))
        inStep = Self.frame(.startup(StartupRequest(options: options)))
    }

    private static func frame(_ request: Request) -> [UInt8] {
        var writer = ByteWriter()
        // These are a few short strings, within every limit of the protocol.
        try? RequestFrame(stream: StreamID(rawValue: 0), request: request).encode(into: &writer)
        return writer.bytes
    }

    // MARK: Connecting

    func start() {
        isStopped = false
        isSettled = false
        loop.schedule(after: Self.patience) { [weak self] in self?.resolve() }
        connect()
    }

    private func connect() {
        guard !isStopped, state == .down else { return }
        state = .connecting
        stream = ByteStream.startConnecting(toLiteral: address.host, port: address.port, on: loop) { [weak self] in
            self?.established($0)
        }
    }

    func stop() {
        isStopped = true
        disconnect()
    }

    private func established(_ stream: ByteStream?) {
        guard let stream, !isStopped else { return disconnect() }
        state = .starting
        unansweredHeartbeats = 0
        decoder = FrameDecoder(expecting: .response)
        input.removeAll()
        output.removeAll()
        output.append(startup)
        stream.setReadObserver { [weak self] in self?.readable() }
        send()
    }

    private func disconnect() {
        let wasUp = isUp
        state = .down
        stream?.close()
        stream = nil
        sentEnd = backlogStart
        if let alarm { loop.cancelScheduled(alarm) }
        alarm = isStopped ? nil : loop.schedule(after: Self.retryDelay) { [weak self] in self?.connect() }
        if wasUp { changed(false) }
        resolve()
    }

    private func resolve() {
        isSettled = true
        resolved()
    }

    private func beUp() {
        state = .up
        isSettled = true
        catchUpCount = shippedCount
        hasSaidInStep = false
        changed(true)
        sayInStep()
        send()
        beatLater()
    }

    private func sayInStep() {
        guard isInStep, !hasSaidInStep else { return }
        hasSaidInStep = true
        output.append(inStep)
    }

    private func beatLater() {
        alarm = loop.schedule(after: Self.heartbeatDelay) { [weak self] in
            guard let self, isUp else { return }
            unansweredHeartbeats += 1
            guard unansweredHeartbeats <= Self.heartbeatLimit else { return disconnect() }
            output.append(Self.frame(.options))
            send()
            beatLater()
        }
    }

    // MARK: Sending

    /// Takes records, the last of which is number `count`.
    func ship(_ frames: [UInt8], upTo count: Int64) {
        backlog += frames
        shippedCount = count
        if isUp { send() }
    }

    private func send() {
        guard let stream else { return }
        do throws(TransportError) {
            while true {
                // Whole frames only, so that a heartbeat may follow at any time.
                if isUp, output.isEmpty, sentEnd < backlog.count {
                    output.append(backlog[sentEnd...])
                    sentEnd = backlog.count
                }
                if output.isEmpty { return }
                guard try stream.send(from: &output) else { break }
            }
            stream.setWriteObserver { [weak self] in self?.send() }
        } catch {
            disconnect()
        }
    }

    // MARK: Answers

    private func readable() {
        guard let stream else { return }
        do throws(TransportError) {
            switch try stream.receive(into: &input) {
            case .bytes:
                decoder.append(input.take(input.readableByteCount))
                takeAnswers()
            case .wouldBlock: return
            case .endOfStream: disconnect()
            }
        } catch {
            disconnect()
        }
    }

    private func takeAnswers() {
        let before = acknowledgedCount
        while state != .down {
            switch decoder.next() {
            case .frame(let frame): take(frame)
            case .needsMoreBytes:
                if acknowledgedCount != before { acknowledged() }
                if isInStep, !hasSaidInStep {
                    sayInStep()
                    send()
                }
                return
            case .unsupportedVersion, .malformed: disconnect()
            }
        }
    }

    private func take(_ frame: Frame) {
        unansweredHeartbeats = 0
        switch Opcode.Response(rawValue: frame.header.opcode) {
        case .ready, .authSuccess: beUp()
        case .authenticate:
            guard let login else { return disconnect() }
            let token = [0] + Array(login.user.utf8) + [0] + Array(login.password.utf8)
            output.append(Self.frame(.authResponse(AuthResponseRequest(token: token[...]))))
            send()
        case .supported: return
        case .result where isUp: acknowledgeOne()
        default: disconnect()
        }
    }

    private func acknowledgeOne() {
        let body = backlogStart + FrameHeader.byteCount
        guard let length = backlog.bigEndianInt32(at: backlogStart + 5, before: min(body, backlog.count)) else {
            return disconnect()
        }
        backlogStart = body + Int(length)
        acknowledgedCount += 1
        let isWorthMoving = backlogStart >= Self.compactionByteCount && backlogStart >= backlog.count / 2
        if backlogStart == backlog.count || isWorthMoving {
            backlog.removeFirst(backlogStart)
            sentEnd -= backlogStart
            backlogStart = 0
        }
    }
}
