import CQLWire
import Testing
import WireKit

@testable import EmbeddedCQL

/// What the short way reads must be what the codec reads.
@Suite struct WriteReaderTests {
    private static let id = PreparedID(bytes: [UInt8](repeating: 1, count: 16)[...])
    private static let values: [CQLValueBytes] = [
        .bytes([1, 2, 3]), .null, .bytes([]), .unset, .bytes([UInt8](repeating: 9, count: 300)),
    ]

    private func body(_ request: Request) throws -> [UInt8] {
        var writer = ByteWriter()
        try request.encode(into: &writer, version: .v4)
        return writer.bytes
    }

    private func parameters(_ change: (inout QueryParameters) -> Void = { _ in }) -> QueryParameters {
        var parameters = QueryParameters(consistency: .localQuorum, values: .positional(Self.values))
        change(&parameters)
        return parameters
    }

    private func slices(_ bytes: [UInt8], _ values: [RunningValue]) -> [CQLValueBytes] {
        values.map { value in
            switch value {
            case .null: .null
            case .unset: .unset
            case .bytes(let range): .bytes(bytes[range])
            }
        }
    }

    @Test func readsPlainExecutes() throws {
        let variants: [(QueryParameters, Int64?)] = [
            (parameters(), nil), (parameters { $0.defaultTimestamp = -7 }, -7),
            (parameters { $0.skipsMetadata = true }, nil),
            (parameters { ($0.pageSize, $0.serialConsistency, $0.defaultTimestamp) = (100, .localSerial, .max) }, .max),
        ]
        for (parameters, timestamp) in variants {
            let bytes = try [0xEE] + body(.execute(ExecuteRequest(id: Self.id, parameters: parameters)))
            var reader = WriteReader(bytes, 1..<bytes.count, version: .v4)
            var values: [RunningValue] = []
            #expect(reader.shortBytes() == 3..<19)
            let tail = reader.execute(into: &values)
            #expect(tail?.consistency == .localQuorum)
            #expect(tail?.timestamp == timestamp)
            #expect(slices(bytes, values) == Self.values)
            #expect(reader.position == bytes.count)
        }
    }

    @Test func leavesOtherExecutesToTheCodec() throws {
        let variants = [
            parameters { $0.values = .named([.init(name: "a", value: .null)]) }, parameters { $0.values = nil },
            parameters { $0.pagingState = PagingState(bytes: [1]) },
        ]
        for parameters in variants {
            let bytes = try body(.execute(ExecuteRequest(id: Self.id, parameters: parameters)))
            var reader = WriteReader(bytes, bytes.indices, version: .v4)
            var values: [RunningValue] = []
            _ = reader.shortBytes()
            #expect(reader.execute(into: &values) == nil)
        }
    }

    @Test func leavesCutOffMessagesToTheCodec() throws {
        let whole = try body(.execute(ExecuteRequest(id: Self.id, parameters: parameters { $0.defaultTimestamp = 1 })))
        for count in 0..<whole.count {
            let bytes = Array(whole[..<count])
            var reader = WriteReader(bytes, bytes.indices, version: .v4)
            var values: [RunningValue] = []
            guard reader.shortBytes() != nil else { continue }
            #expect(reader.execute(into: &values) == nil)
        }
    }

    @Test func readsNoUnsetUnderV3() throws {
        let bytes: [UInt8] = [0, 2, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF]
        var values: [RunningValue] = []
        var old = WriteReader(bytes, bytes.indices, version: .v3)
        let oldIsRead = old.values(into: &values)
        #expect(oldIsRead)
        #expect(values == [.null, .null])
        var new = WriteReader(bytes, bytes.indices, version: .v4)
        let newIsRead = new.values(into: &values)
        #expect(newIsRead)
        #expect(values == [.unset, .null])
    }
}
