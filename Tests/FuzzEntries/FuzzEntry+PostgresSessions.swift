import PostgresWire
import WireKit

/// State machines: whatever a server says, they come to an end and stay there.
extension FuzzEntry {
    /// The first byte chooses the exchange; the rest are messages of the server.
    static func queryMachines(_ input: ArraySlice<UInt8>) throws {
        let rest = input.dropFirst()
        switch (input.first ?? 0) % 5 {
        case 0: try run(SimpleQueryStateMachine(), on: rest)
        case 1: try run(ExtendedQueryStateMachine(statement + [.sync]), on: rest)
        case 2:
            var machine = CopyOutStateMachine()
            try run(on: rest, closed: { machine.connectionClosed() }, received: { machine.messageReceived($0) })
        case 3:
            var machine = CopyInStateMachine()
            try run(on: rest, closed: { machine.connectionClosed() }, received: { machine.messageReceived($0) })
        default: try runCopyBoth(on: rest)
        }
    }

    private static let statement = ExtendedQueryStateMachine.statement(parse: Parse(sql: ""), bind: Bind())

    private static func run(_ initial: some QueryStateMachine, on input: ArraySlice<UInt8>) throws {
        var machine = initial
        for message in messages(input) {
            switch machine.messageReceived(message) {
            // A connection does not ask a machine that has ended.
            case .complete, .completeWithError, .fail, .failWithServerError, .closed: return
            case .read, .parameters, .send, .beginRows, .row, .endStatement, .suspended: break
            }
        }
        switch machine.connectionClosed() {
        case .closed, .failWithServerError: break
        default: throw BrokenLaw("a connection's end ends the query")
        }
    }

    private static func run(
        on input: ArraySlice<UInt8>,
        closed: () -> CopyAction,
        received: (BackendMessage) -> CopyAction
    ) throws {
        for message in messages(input) {
            switch received(message) {
            case .complete, .completeWithError, .completeWithoutCopy, .fail, .failWithServerError, .closed: return
            case .read, .begin, .send: break
            }
        }
        switch closed() {
        case .closed, .failWithServerError: break
        default: throw BrokenLaw("a connection's end ends the copy")
        }
    }

    private static func runCopyBoth(on input: ArraySlice<UInt8>) throws {
        var machine = CopyBothStateMachine()
        for message in messages(input) {
            switch machine.messageReceived(message) {
            case .complete, .completeWithError, .completeWithoutCopy, .fail, .failWithServerError, .closed: return
            case .read, .begin, .send: break
            case .data(let data): if data.first == 0 { machine.ended() }
            }
        }
        switch machine.connectionClosed() {
        case .closed, .failWithServerError: break
        default: throw BrokenLaw("a connection's end ends the copy")
        }
    }

    /// Turns up to 0xFF, then messages of the server: an odd turn adds one of our messages, an even one takes the
    /// server's next.
    static func pipelines(_ input: ArraySlice<UInt8>) throws {
        let parts = input.split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false)
        var answers = messages(parts.count > 1 ? parts[1] : [])[...]
        var machine = ExtendedQueryStateMachine()
        var syncCount = 0
        var readyCount = 0
        for turn in parts.first ?? [] {
            if turn & 1 == 1 {
                let message = requests[Int(turn >> 1) % requests.count]
                if message == .sync { syncCount += 1 }
                machine.sent([message])
            } else if let answer = answers.popFirst() {
                switch machine.messageReceived(answer) {
                case .fail, .failWithServerError, .closed: return
                case .send(let messages): syncCount += messages.count { $0 == .sync }
                case .complete, .completeWithError: readyCount += 1
                case .read, .parameters, .beginRows, .row, .endStatement, .suspended: break
                }
            }
        }
        try BrokenLaw.unless(readyCount <= syncCount, "no more segments end than were sent")
    }

    private static let requests: [FrontendMessage] =
        statement + [
            .sync, .flush, .describe(Describe(.statement(""))), .close(Close(.portal(""))),
            .execute(Execute(maximumRowCount: 1)),
        ]

    /// A statement up to NUL, then the body of an ErrorResponse.
    static func serverReports(_ input: ArraySlice<UInt8>) throws {
        let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        var reader = ByteReader(parts.count > 1 ? parts[1] : [])
        guard let response = try? ErrorResponse.decode(from: &reader) else { return }
        let error = PostgresServerError(response).about(String(decoding: parts[0], as: UTF8.self))
        for verbosity in ServerReport.Verbosity.allCases {
            let text = ServerReport(error).text(verbosity)
            try BrokenLaw.unless(text.utf8.last == UInt8(ascii: "\n"), "a report ends with a line feed")
        }
    }

    private static func messages(_ input: ArraySlice<UInt8>) -> [BackendMessage] {
        var rest = input
        var messages: [BackendMessage] = []
        while case .frame(let frame) = MessageFrame.next(in: rest) {
            rest = rest.dropFirst(frame.byteCount)
            guard let message = try? BackendMessage.decode(frame) else { break }
            messages.append(message)
        }
        return messages
    }

    /// A server's side of an opening; the first byte chooses what the client was told.
    static func startupMachine(_ input: ArraySlice<UInt8>) throws {
        let choice = input.first ?? 0
        var machine = StartupStateMachine(
            StartupStateMachine.Configuration(
                user: "user",
                password: choice & 1 == 0 ? "pencil" : nil,
                tls: .disable,
                parameters: [.init("user", "user")],
                nonce: "rOprNGfwEbeRWgbNEkqO",
                hashes: .constant
            )
        )
        _ = machine.connected()
        for message in messages(input.dropFirst()) {
            switch machine.messageReceived(message) {
            case .ready, .fail: return
            case .sendPacket, .send, .startTLS, .read, .backendKey, .asynchronous: break
            }
        }
    }

    /// A server-first-message and a server-final-message, separated by a line feed.
    static func scramExchange(_ input: ArraySlice<UInt8>) throws {
        let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        var client = SCRAMClient(password: "pencil", nonce: "rOprNGfwEbeRWgbNEkqO", hashes: .constant)
        guard let first = parts.first, (try? client.serverFirstReceived(Array(first))) != nil else { return }
        if parts.count > 1 { try? client.serverFinalReceived(Array(parts[1])) }
    }
}

extension AuthenticationHashes {
    /// Quick, of the right length and without meaning: what is under attack is the parser in front of them.
    fileprivate static let constant = AuthenticationHashes(
        md5: { _ in Array(repeating: 0x11, count: 16) },
        sha256: { _ in Array(repeating: 0x22, count: 32) },
        hmacSHA256: { _, _ in Array(repeating: 0x33, count: 32) },
        pbkdf2SHA256: { _, _, _ in Array(repeating: 0x44, count: 32) }
    )
}
