import CQLWire
import Testing
import WireKit

@Suite struct ProtocolExtensionsTests {
    /// As ScyllaDB says it.
    private static let supported: StringMultimap = [
        "SCYLLA_LWT_ADD_METADATA_MARK": ["LWT_OPTIMIZATION_META_BIT_MASK=2147483648"],
        "SCYLLA_RATE_LIMIT_ERROR": ["ERROR_CODE=17185"], "TABLETS_ROUTING_V1": [], "SCYLLA_USE_METADATA_ID": [],
    ]

    @Test func readsWhatANodeOffers() {
        #expect(ProtocolExtensions(supported: Self.supported) == .all)
        #expect(ProtocolExtensions(supported: ["CQL_VERSION": ["3.4.5"]]) == .none)
    }

    @Test func offersWhatItReads() {
        #expect(ProtocolExtensions.all.supportedOptions == Self.supported)
        #expect(ProtocolExtensions.none.supportedOptions == StringMultimap())
    }

    @Test func offersThatCannotBeReadAreNone() {
        let supported: StringMultimap = [
            "SCYLLA_LWT_ADD_METADATA_MARK": ["LWT_OPTIMIZATION_META_BIT_MASK=many"],
            "SCYLLA_RATE_LIMIT_ERROR": ["ERROR_CODES=1"],
        ]
        #expect(ProtocolExtensions(supported: supported) == .none)
    }

    @Test func onlyWhatBothWantIsAgreed() {
        let offered = ProtocolExtensions.all
        #expect(offered.taken(by: offered.startupOptions) == offered)
        #expect(offered.taken(by: ["CQL_VERSION": "3.0.0"]) == .none)
        #expect(ProtocolExtensions.none.taken(by: offered.startupOptions) == .none)
        let some = ProtocolExtensions(hasTabletsRouting: true)
        #expect(offered.taken(by: some.startupOptions) == some)
    }

    @Test func conditionalStatementsAreMarkedWhereThatWasAgreed() throws {
        var statement = PreparedResult(
            id: PreparedID(bytes: [1]),
            markers: [],
            partitionKeyIndices: [],
            result: RowsMetadata(columns: [])
        )
        statement.markConditional(.none)
        #expect(!statement.isConditional(.all))
        statement.markConditional(.all)
        #expect(statement.isConditional(.all) && !statement.isConditional(.none))
        var writer = ByteWriter()
        try Response.result(.prepared(statement)).encode(into: &writer, version: .v4)
        // Kind, id of one byte, and the flags with the mark.
        #expect(Array(writer.bytes[4..<11]) == [0, 1, 1, 0x80, 0, 0, 0])
        var reader = ByteReader(writer.bytes)
        #expect(try Response.decode(.result, from: &reader, version: .v4) == .result(.prepared(statement)))
    }

    @Test(arguments: ErrorResponse.LimitedOperation.allCases, [true, false])
    func rateLimitErrorHasTheCodeThatTheServerChose(_ operation: ErrorResponse.LimitedOperation, _ early: Bool) throws {
        let extensions = ProtocolExtensions(rateLimitErrorCode: ErrorCode(rawValue: 0x7777))
        let error = ErrorResponse(
            code: ErrorCode(rawValue: 0x7777),
            message: "too many",
            details: .rateLimited(operation, isRejectedByCoordinator: early)
        )
        var writer = ByteWriter()
        try Response.error(error).encode(into: &writer, version: .v4)
        #expect(Array(writer.bytes.suffix(2)) == [operation.rawValue, early ? 1 : 0])
        var reader = ByteReader(writer.bytes)
        #expect(try ErrorResponse.decode(from: &reader, extensions: extensions) == error)
        // To others it is a code that they do not know, with something behind its message.
        reader = ByteReader(writer.bytes)
        #expect(try ErrorResponse.decode(from: &reader).details == .unknown(writer.bytes.suffix(2)))
        reader = ByteReader(writer.bytes.dropLast(2) + [2, 0])
        #expect(throws: WireError.self) { try ErrorResponse.decode(from: &reader, extensions: extensions) }
    }

    @Test func metadataIDsAreWhereV5HasThem() throws {
        let execute = Request.execute(
            ExecuteRequest(
                id: PreparedID(bytes: [7]),
                resultMetadataID: [8, 9],
                parameters: QueryParameters(consistency: .one)
            )
        )
        var writer = ByteWriter()
        try execute.encode(into: &writer, version: .v4)
        #expect(writer.bytes == [0, 1, 7, 0, 2, 8, 9, 0, 1, 0])
        var reader = ByteReader(writer.bytes)
        #expect(try Request.decode(.execute, from: &reader, version: .v4, extensions: .all) == execute)

        var metadata = RowsMetadata(columnCount: 0)
        metadata = RowsMetadata(columns: [])
        metadata.changedMetadataID = [5]
        var prepared = PreparedResult(
            id: PreparedID(bytes: [7]),
            markers: [],
            partitionKeyIndices: [],
            result: metadata
        )
        prepared.resultMetadataID = [8, 9]
        let response = Response.result(.prepared(prepared))
        writer = ByteWriter()
        try response.encode(into: &writer, version: .v4)
        #expect(
            writer.bytes == [
                0, 0, 0, 4, 0, 1, 7, 0, 2, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                // The result's metadata: flags, column count, its new id.
                0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 5,
            ]
        )
        reader = ByteReader(writer.bytes)
        #expect(try Response.decode(.result, from: &reader, version: .v4, extensions: .all) == response)
    }
}
