package import PosixIO
import WireKit

/// A server that plays a fixed part: it waits for what it expects, says what it was told to say, and hangs up.
///
/// One script per connection, in the order in which they are accepted; further connections are closed at once. It runs
/// on its user's loop.
package final class ScriptedPeer {
    /// One step of a script.
    package enum Step: Sendable {
        /// Waits until the function has removed what it waits for from the front of the bytes received.
        case expect(@Sendable (inout [UInt8]) -> Bool)
        case send([UInt8])
        /// Sends the same again and again, as long as anyone listens.
        case flood([UInt8])
        /// Ends the connection, once what was to be sent is sent.
        case close
    }

    package let port: UInt16
    private let listener: ListeningSocket
    private let stage: Stage

    private init(listener: ListeningSocket, stage: Stage) {
        self.listener = listener
        self.stage = stage
        port = listener.boundPort
    }

    deinit { listener.close() }

    /// Listens on a free port of 127.0.0.1.
    ///
    /// - Throws: `TransportError` when it cannot.
    package static func start(_ scripts: [[Step]], on loop: EventLoop) async throws(TransportError) -> ScriptedPeer {
        let stage = Stage(scripts)
        let listener = try await ListeningSocket.bind(to: .tcp(host: "127.0.0.1", port: 0), on: loop) {
            stage.accepted($0)
        }
        return ScriptedPeer(listener: listener, stage: stage)
    }

    package var endpoint: Endpoint { .tcp(host: "127.0.0.1", port: port) }
    /// Connections whose script was played to its end.
    package var finishedCount: Int { stage.conversations.count { $0.isFinished } }
    package var acceptedCount: Int { stage.conversations.count }
}

/// The scripts left and the connections that play the others.
private final class Stage {
    private var scripts: [[ScriptedPeer.Step]]
    private(set) var conversations: [Conversation] = []

    init(_ scripts: [[ScriptedPeer.Step]]) {
        self.scripts = scripts
    }

    func accepted(_ stream: ByteStream) {
        guard !scripts.isEmpty else { return stream.close() }
        let conversation = Conversation(stream, scripts.removeFirst())
        conversations.append(conversation)
        conversation.start()
    }
}

/// One connection and its script.
private final class Conversation {
    private let stream: ByteStream
    private var steps: ArraySlice<ScriptedPeer.Step>
    private var received: [UInt8] = []
    private var output = RawBuffer(capacity: 4096)

    var isFinished: Bool { steps.isEmpty && output.isEmpty }

    init(_ stream: ByteStream, _ steps: [ScriptedPeer.Step]) {
        self.stream = stream
        self.steps = steps[...]
    }

    func start() {
        stream.setReadObserver { [weak self] in self?.receive() }
        advance()
    }

    private func receive() {
        var buffer = RawBuffer(capacity: 16 * 1024)
        switch try? stream.receive(into: &buffer) {
        case .bytes: received += buffer.readableBytes()
        case .wouldBlock: return
        case .endOfStream, nil: return stream.setReadObserver(nil)
        }
        advance()
    }

    private func advance() {
        while stream.isOpen, let step = steps.first {
            switch step {
            case .expect(let isMet): guard isMet(&received) else { return }
            case .send(let bytes):
                output.append(bytes)
                guard flush() else { return }
            case .flood(let bytes):
                steps.insert(.send(bytes), at: steps.startIndex)
                continue
            case .close: stream.close()
            }
            steps.removeFirst()
        }
    }

    /// Sends what there is.
    ///
    /// While the kernel takes no more, nothing is received either, as by a server that is blocked; the script goes on
    /// once all is sent.
    private func flush() -> Bool {
        guard let isDrained = try? stream.send(from: &output) else {
            output.removeAll()
            if case .flood? = steps.dropFirst().first { stream.close() }
            return true
        }
        if !isDrained {
            stream.setReadObserver(nil)
            stream.setWriteObserver { [weak self] in
                guard let self, self.flush() else { return }
                self.stream.setReadObserver { [weak self] in self?.receive() }
                self.steps = self.steps.dropFirst()
                self.advance()
            }
        }
        return isDrained
    }
}
