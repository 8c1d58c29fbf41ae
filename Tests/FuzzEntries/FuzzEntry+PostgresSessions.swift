import PostgresWire
import WireKit

/// State machines: whatever a server says, they come to an end and stay there.
extension FuzzEntry {
    /// The first byte chooses the exchange; the rest are messages of the server.
    static func queryMachines(_ input: ArraySlice<UInt8>) throws {
        switch (input.first ?? 0) % 3 {
        case 0: try run(SimpleQueryStateMachine(), on: input.dropFirst())
        case 1: try run(ExtendedQueryStateMachine(), on: input.dropFirst())
        default:
            var machine = CopyOutStateMachine()
            for message in messages(input.dropFirst()) { _ = machine.messageReceived(message) }
            _ = machine.connectionClosed()
        }
    }

    private static func run(_ initial: some QueryStateMachine, on input: ArraySlice<UInt8>) throws {
        var machine = initial
        for message in messages(input) {
            switch machine.messageReceived(message) {
            // A connection does not ask a machine that has ended.
            case .complete, .completeWithError, .fail, .failWithServerError, .closed: return
            case .read, .send, .beginRows, .row, .endStatement: break
            }
        }
        _ = machine.connectionClosed()
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
