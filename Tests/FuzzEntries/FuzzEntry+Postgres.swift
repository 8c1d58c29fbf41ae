import PostgresWire
import WireKit

extension FuzzEntry {
    static let postgres = [
        FuzzEntry("postgres-backend", backendMessages),
        FuzzEntry("postgres-frontend", frontendMessages),
        FuzzEntry("postgres-startup", startupPackets),
        FuzzEntry("postgres-replication", replicationStream),
        FuzzEntry("postgres-standby", standbyMessages),
        FuzzEntry("postgres-queries", queryMachines),
        FuzzEntry("postgres-pipelines", pipelines),
        FuzzEntry("postgres-reports", serverReports),
        FuzzEntry("postgres-session", startupMachine),
        FuzzEntry("postgres-scram", scramExchange),
    ]

    /// Messages of a server, framed: the same whole and in pieces, and each encodes to what it was decoded from.
    private static func backendMessages(_ input: ArraySlice<UInt8>) throws {
        _ = LegacyErrorResponse.next(in: input)
        var whole: [MessageFrame] = []
        var rest = input
        while case .frame(let frame) = MessageFrame.next(in: rest) {
            whole.append(frame)
            rest = rest.dropFirst(frame.byteCount)
            guard let message = try? BackendMessage.decode(frame) else { continue }
            if case .dataRow(let row) = message {
                try BrokenLaw.unless(Array(row.columns).count == row.columnCount, "a row has the columns it counts")
            }
            try reencodes(message, frame)
        }
        try pieces(input, give: whole)
    }

    private static func reencodes(_ message: BackendMessage, _ frame: MessageFrame) throws {
        var writer = ByteWriter()
        message.encode(into: &writer)
        guard case .frame(let again) = MessageFrame.next(in: writer.bytes[...]) else {
            throw BrokenLaw("an encoded \(message.id) is framed")
        }
        try BrokenLaw.unless(try BackendMessage.decode(again) == message, "\(message.id) decodes to what was encoded")
    }

    private static func pieces(_ input: ArraySlice<UInt8>, give whole: [MessageFrame]) throws {
        var decoder = MessageFrameDecoder()
        var cut: [MessageFrame] = []
        for piece in stride(from: input.startIndex, to: input.endIndex, by: 7) {
            decoder.append(input[piece..<min(piece + 7, input.endIndex)])
            while let frame = try? decoder.next() { cut.append(frame) }
        }
        try BrokenLaw.unless(cut == whole, "pieces give the same messages as the whole")
    }

    /// The first byte says what a `p` message is; the rest are messages of a client.
    private static func frontendMessages(_ input: ArraySlice<UInt8>) throws {
        guard let choice = input.first else { return }
        let responses: [FrontendMessage.AuthenticationResponse] = [
            .password, .saslInitialResponse, .saslResponse, .gssResponse,
        ]
        let response = responses[Int(choice) % responses.count]
        var rest = input.dropFirst()
        while case .frame(let frame) = MessageFrame.next(in: rest) {
            rest = rest.dropFirst(frame.byteCount)
            guard let message = try? FrontendMessage.decode(frame, response: response) else { continue }
            var writer = ByteWriter()
            message.encode(into: &writer)
            try BrokenLaw.unless(writer.bytes.dropFirst(5) == frame.body, "a message encodes to its bytes")
        }
    }

    private static func startupPackets(_ input: ArraySlice<UInt8>) throws {
        var rest = input
        while case .packet(let packet, let byteCount) = StartupPacket.next(in: rest), byteCount > 0 {
            var writer = ByteWriter()
            packet.encode(into: &writer)
            guard case .packet(let again, _) = StartupPacket.next(in: writer.bytes[...]) else {
                throw BrokenLaw("an encoded packet is one")
            }
            try BrokenLaw.unless(again == packet, "a packet decodes to what was encoded")
            rest = rest.dropFirst(byteCount)
        }
    }

    /// CopyData contents of a server, each behind a length of two bytes.
    private static func replicationStream(_ input: ArraySlice<UInt8>) throws {
        var reader = ByteReader(input)
        var decoder = PgOutputDecoder()
        while let content = nextPiece(&reader) {
            guard let message = try? ReplicationMessage.decode(content) else { continue }
            var writer = ByteWriter()
            message.encode(into: &writer)
            try BrokenLaw.unless(writer.bytes[...] == content, "a replication message encodes to its bytes")
            guard case .xLogData(let data) = message, let event = try? decoder.decode(data.data) else { continue }
            var again = ByteWriter()
            event.encode(into: &again)
            try BrokenLaw.unless(again.bytes[...] == data.data, "\(event.message.id) encodes to its bytes")
            if case .insert(let insert) = event.message {
                let count = insert.new.values.reduce(0) { count, _ in count + 1 }
                try BrokenLaw.unless(count == insert.new.columnCount, "a tuple has the columns it counts")
            }
        }
    }

    private static func standbyMessages(_ input: ArraySlice<UInt8>) throws {
        guard let message = try? StandbyMessage.decode(input) else { return }
        var writer = ByteWriter()
        message.encode(into: &writer)
        try BrokenLaw.unless(writer.bytes[...] == input, "a standby message encodes to its bytes")
    }

    static func nextPiece(_ reader: inout ByteReader) -> ArraySlice<UInt8>? {
        guard let length = try? reader.readInteger("length", as: UInt16.self) else { return nil }
        return try? reader.readBytes(min(Int(length), reader.remaining), "content")
    }
}
