import CQLWire
import TestSupport
import Testing
import WireKit

@Suite struct TabletRoutingTests {
    private static let routing = TabletRouting(
        tokenBefore: Token(rawValue: -5),
        lastToken: Token(rawValue: .max),
        replicas: [
            .init(host: CQLUUID(high: 1, low: 2), shard: 3), .init(host: CQLUUID(high: .max, low: 0), shard: 0),
        ]
    )
    /// The type that ScyllaDB's description gives.
    private static let type = ColumnType.tuple([.bigint, .bigint, .list(.tuple([.uuid, .int]))])

    @Test func isAValueOfTheTypeThatIsDescribed() throws {
        let value = CQLValue.tuple([
            .bigint(-5), .bigint(.max),
            .list([
                .tuple([.uuid(CQLUUID(high: 1, low: 2)), .int(3)]),
                .tuple([.uuid(CQLUUID(high: .max, low: 0)), .int(0)]),
            ]),
        ])
        #expect(try value.encoded() == Self.routing.encoded())
        #expect(try CQLValue.decode(Self.routing.encoded()[...], as: Self.type) == value)
        #expect(try TabletRouting.decode(value.encoded()[...]) == Self.routing)
    }

    @Test func travelsInTheCustomPayload() throws {
        let frame = ResponseFrame(
            stream: StreamID(rawValue: 1),
            customPayload: try Self.routing.payload(),
            response: .result(.void)
        )
        var writer = ByteWriter()
        try frame.encode(into: &writer)
        var decoder = FrameDecoder(expecting: .response)
        decoder.append(writer.bytes)
        guard case .frame(let received) = decoder.next() else {
            Issue.record("no frame")
            return
        }
        #expect(try TabletRouting(payload: ResponseFrame.decode(received).customPayload) == Self.routing)
        #expect(try TabletRouting(payload: ["another": [1]]) == nil)
        #expect(try TabletRouting(payload: nil) == nil)
    }

    @Test func withoutReplicasIsAValueToo() throws {
        let empty = TabletRouting(tokenBefore: Token(rawValue: 0), lastToken: Token(rawValue: 1), replicas: [])
        #expect(try TabletRouting.decode(empty.encoded()[...]) == empty)
    }

    @Test func everyTruncationAndEveryAdditionIsAnError() throws {
        let bytes = try Self.routing.encoded()
        for count in 0..<bytes.count {
            #expect(throws: WireError.self) { try TabletRouting.decode(bytes.prefix(count)) }
        }
        #expect(throws: WireError.self) { try TabletRouting.decode(bytes[...] + [0]) }
    }

    @Test func lengthsAndCountsThatLieAreErrors() throws {
        let bytes = try Self.routing.encoded()
        // Each is the place of a length or a count, or of the second byte from its end.
        for place in [0, 12, 24, 28, 32, 36, 56] {
            for byte in [0x7F, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[place] = byte
                #expect(throws: WireError.self, "\(place)") { try TabletRouting.decode(changed[...]) }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func mutationsNeverTrap(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bytes = try Self.routing.encoded()
        for _ in 0..<500 {
            guard let routing = try? TabletRouting.decode(random.mutation(of: bytes)[...]) else { continue }
            #expect(try TabletRouting.decode(routing.encoded()[...]) == routing)
        }
    }
}
