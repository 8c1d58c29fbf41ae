import CQLWire
import Testing
import WireKit

/// Messages that the captures do not hold, and what each decoder refuses.
@Suite struct MessageTests {
    static func frame(_ opcode: UInt8, _ body: [UInt8], response: Bool, version: ProtocolVersion = .v4) -> Frame {
        let header = FrameHeader(
            version: version,
            direction: response ? .response : .request,
            flags: [],
            stream: StreamID(rawValue: 1),
            opcode: opcode,
            bodyLength: 0
        )
        return Frame(header: header, body: body[...])
    }

    static let errors: [ErrorResponse] = [
        ErrorResponse(code: .serverError, message: "m"), ErrorResponse(code: .protocolError, message: "m"),
        ErrorResponse(code: .badCredentials, message: "m"), ErrorResponse(code: .overloaded, message: "m"),
        ErrorResponse(code: .isBootstrapping, message: "m"), ErrorResponse(code: .truncateError, message: "m"),
        ErrorResponse(code: .syntaxError, message: "m"), ErrorResponse(code: .unauthorized, message: "m"),
        ErrorResponse(code: .invalid, message: "m"), ErrorResponse(code: .configError, message: "m"),
        ErrorResponse(
            code: .unavailable,
            message: "m",
            details: .unavailable(consistency: .quorum, required: 2, alive: 1)
        ),
        ErrorResponse(
            code: .writeTimeout,
            message: "m",
            details: .writeTimeout(consistency: .one, received: 0, blockFor: 1, writeType: .batchLog)
        ),
        ErrorResponse(
            code: .readTimeout,
            message: "m",
            details: .readTimeout(consistency: .one, received: 0, blockFor: 1, dataPresent: true)
        ),
        ErrorResponse(
            code: .readFailure,
            message: "m",
            details: .readFailure(consistency: .all, received: 1, blockFor: 3, failureCount: 1, dataPresent: false)
        ),
        ErrorResponse(
            code: .functionFailure,
            message: "m",
            details: .functionFailure(keyspace: "k", function: "f", argumentTypes: ["int", "text"])
        ),
        ErrorResponse(
            code: .writeFailure,
            message: "m",
            details: .writeFailure(consistency: .all, received: 1, blockFor: 3, failureCount: 1, writeType: .view)
        ),
        ErrorResponse(code: .alreadyExists, message: "m", details: .alreadyExists(keyspace: "k", table: "")),
        ErrorResponse(code: .unprepared, message: "m", details: .unprepared(PreparedID(bytes: [1, 2, 3]))),
        ErrorResponse(
            code: .writeTimeout,
            message: "m",
            details: .writeTimeout(
                consistency: .serial,
                received: 0,
                blockFor: 1,
                writeType: .compareAndSet,
                contentions: 3
            )
        ),
        ErrorResponse(
            code: .writeTimeout,
            message: "m",
            details: .writeTimeout(consistency: .serial, received: 0, blockFor: 1, writeType: .compareAndSet)
        ),
        ErrorResponse(
            code: .writeTimeout,
            message: "m",
            details: .writeTimeout(consistency: .one, received: 0, blockFor: 1, writeType: .changeDataCapture)
        ),
        ErrorResponse(
            code: .casWriteUnknown,
            message: "m",
            details: .casWriteUnknown(consistency: .serial, received: 1, blockFor: 2)
        ),
        ErrorResponse(code: .cdcWriteFailure, message: "m"),
        // ScyllaDB's rate limit error, whose number is negotiated.
        ErrorResponse(code: ErrorCode(rawValue: 0x4321), message: "m", details: .unknown([0, 1])),
    ]

    static let table = TableSpec(keyspace: "k", table: "t")
    static let columns = [
        ColumnSpec(table: table, name: "a", type: .int),
        ColumnSpec(table: table, name: "b", type: .list(.text)),
    ]

    static let responses: [Response] =
        errors.map { .error($0) } + [
            .ready, .authenticate("org.apache.cassandra.auth.PasswordAuthenticator"),
            .supported(["CQL_VERSION": ["3.0.0"], "COMPRESSION": []]),
            .authChallenge(nil), .authChallenge([1]), .authSuccess(nil), .authSuccess([]),
            .result(.void), .result(.setKeyspace("k")),
            .result(
                .prepared(
                    PreparedResult(
                        id: PreparedID(bytes: [9]),
                        markers: columns,
                        partitionKeyIndices: [1, 0],
                        result: RowsMetadata(columns: [])
                    )
                )
            ),
            .result(.schemaChange(SchemaChange(change: .created, target: .keyspace, keyspace: "k"))),
            .result(.schemaChange(SchemaChange(change: .updated, target: .table("t"), keyspace: "k"))),
            .event(.schemaChange(SchemaChange(change: .dropped, target: .type("u"), keyspace: "k"))),
            .event(
                .schemaChange(
                    SchemaChange(change: .created, target: .function("f", argumentTypes: ["int"]), keyspace: "k")
                )
            ),
            .event(
                .schemaChange(
                    SchemaChange(change: .created, target: .aggregate("f", argumentTypes: []), keyspace: "k")
                )
            ),
            .event(.topologyChange("NEW_NODE", InetAddressAndPort(address: [127, 0, 0, 1], port: 9042))),
            .event(
                .statusChange("UP", InetAddressAndPort(address: [UInt8](repeating: 0, count: 16)[...], port: 9042))
            ),
        ]

    @Test(arguments: responses)
    func responsesRoundTrip(_ response: Response) throws {
        let frame = ResponseFrame(
            stream: StreamID(rawValue: 7),
            tracingID: CQLUUID(high: 1, low: 2),
            warnings: ["w"],
            customPayload: ["k": nil, "l": [1]],
            response: response
        )
        var writer = ByteWriter()
        try frame.encode(into: &writer)
        var decoder = FrameDecoder(expecting: .response)
        decoder.append(writer.bytes)
        guard case .frame(let received) = decoder.next() else {
            Issue.record("no frame")
            return
        }
        #expect(try ResponseFrame.decode(received) == frame)
    }

    @Test func everyDefinedErrorCodeIsCovered() {
        let codes = Set(Self.errors.map(\.code))
        #expect(Set(ErrorCode.names.keys).subtracting(codes).isEmpty)
    }

    @Test func rowsWithoutMetadataAndWithMorePagesRoundTrip() throws {
        let state = PagingState(bytes: [1, 2, 3])
        for metadata in [
            RowsMetadata(columns: Self.columns, pagingState: state), RowsMetadata(columnCount: 2, pagingState: state),
            RowsMetadata(columnCount: 2),
            RowsMetadata(columns: [
                Self.columns[0], ColumnSpec(table: .init(keyspace: "k", table: "u"), name: "a", type: .uuid),
            ]),
        ] {
            let rows = try Rows(metadata: metadata, rows: [[[0, 0, 0, 1], nil], [nil, [0, 0, 0, 0]]])
            var writer = ByteWriter()
            try Response.result(.rows(rows)).encode(into: &writer, version: .v4)
            var reader = ByteReader(writer.bytes)
            let response = try Response.decode(.result, from: &reader, version: .v4)
            #expect(response == .result(.rows(rows)))
            guard case .result(.rows(let received)) = response else { return }
            #expect(received.metadata.pagingState == metadata.pagingState)
            var cursor = received.makeCursor()
            #expect(try cursor.next() == [[0, 0, 0, 1], nil])
            #expect(try cursor.next() == [nil, [0, 0, 0, 0]])
            #expect(try cursor.next() == nil)
        }
    }

    @Test func changingThePagingStateChangesTheFlag() throws {
        var metadata = RowsMetadata(columns: Self.columns)
        #expect(!metadata.flags.contains(.hasMorePages))
        metadata.pagingState = PagingState(bytes: [1])
        #expect(metadata.flags.contains(.hasMorePages))
        metadata.pagingState = nil
        #expect(!metadata.flags.contains(.hasMorePages))
    }

    @Test func rowOfAnotherWidthIsRefused() {
        #expect(throws: WireError.self) { try Rows(metadata: RowsMetadata(columns: Self.columns), rows: [[nil]]) }
    }

    static let requests: [Request] = [
        .startup(StartupRequest(options: ["CQL_VERSION": "3.0.0"])), .options,
        .query(
            QueryRequest(
                query: "SELECT 1",
                parameters: QueryParameters(
                    consistency: .localQuorum,
                    values: .named([.init(name: "x", value: .null), .init(name: "y", value: .bytes([1]))]),
                    skipsMetadata: true,
                    pageSize: 100,
                    pagingState: PagingState(bytes: [1]),
                    serialConsistency: .localSerial,
                    defaultTimestamp: .min
                )
            )
        ),
        .prepare(PrepareRequest(query: "")),
        .execute(
            ExecuteRequest(
                id: PreparedID(bytes: [1, 2]),
                parameters: QueryParameters(consistency: .one, values: .positional([.null, .unset, .bytes([])]))
            )
        ),
        .batch(
            BatchRequest(
                kind: .unlogged,
                entries: [
                    .init(statement: .query("INSERT"), values: []),
                    .init(statement: .prepared(PreparedID(bytes: [1])), values: [.unset]),
                ],
                consistency: .quorum,
                serialConsistency: .serial,
                defaultTimestamp: 5
            )
        ),
        .register(RegisterRequest(eventTypes: ["SCHEMA_CHANGE"])),
        .authResponse(AuthResponseRequest(token: nil)), .authResponse(AuthResponseRequest(token: [0, 1])),
    ]

    @Test(arguments: requests)
    func requestsRoundTrip(_ request: Request) throws {
        let frame = RequestFrame(
            stream: StreamID(rawValue: 300),
            isTraced: true,
            customPayload: ["k": [1]],
            request: request
        )
        var writer = ByteWriter()
        try frame.encode(into: &writer)
        var decoder = FrameDecoder(expecting: .request)
        decoder.append(writer.bytes)
        guard case .frame(let received) = decoder.next() else {
            Issue.record("no frame")
            return
        }
        #expect(try RequestFrame.decode(received) == frame)
    }

    @Test func passwordsAreNotPrinted() {
        let request = Request.authResponse(AuthResponseRequest(token: Array("\0user\0secret".utf8)[...]))
        var dumped = ""
        dump(RequestFrame(stream: .event, request: request), to: &dumped)
        #expect(!"\(request) \(String(reflecting: request)) \(dumped)".contains("115"))
    }

    @Test func unsetDoesNotExistInV3() {
        var writer = ByteWriter()
        let values = QueryValues.positional([.unset])
        #expect(throws: WireError.self) { try values.encode(into: &writer, version: .v3) }
        var reader = ByteReader([0xFF, 0xFF, 0xFF, 0xFE])
        #expect(throws: Never.self) { try reader.readValue("v", version: .v3) == .null }
    }

    @Test func trailingBytesAreRefusedUnlessIgnored() throws {
        let frame = Self.frame(Opcode.Request.options.rawValue, [1], response: false)
        #expect(throws: WireError(.trailingBytes(count: 1), field: "options body", offset: 0)) {
            try RequestFrame.decode(frame)
        }
        #expect(try RequestFrame.decode(frame, ignoringTrailingBytes: true).request == .options)
    }

    @Test func longErrorMessagesAreCutAtACharacter() throws {
        let error = ErrorResponse(code: .invalid, message: String(repeating: "\u{20AC}", count: 30_000))
        var writer = ByteWriter()
        try Response.error(error).encode(into: &writer, version: .v4)
        var reader = ByteReader(writer.bytes)
        guard case .error(let received) = try Response.decode(.error, from: &reader, version: .v4) else { return }
        #expect(received.message == String(repeating: "\u{20AC}", count: 21845))
    }

    @Test func overlongStringIsAnErrorNotATrap() {
        var writer = ByteWriter()
        let response = Response.result(.setKeyspace(String(repeating: "k", count: 65536)))
        #expect(throws: WireError.self) { try response.encode(into: &writer, version: .v4) }
    }
}

/// Bodies that break a rule of their message.
@Suite struct MalformedMessageTests {
    @Test(
        arguments: [
            // STARTUP: fewer entries than announced; text that is not UTF-8.
            (0x01, [0x00, 0x02, 0x00, 0x01, 0x61, 0x00, 0x01, 0x62]), (0x01, [0, 1, 0, 1, 0xFF, 0, 0]),
            // QUERY: negative length; unknown consistency; flag of v5; more values than bytes; a value of length −3.
            (0x07, [0xFF, 0xFF, 0xFF, 0xFF]), (0x07, [0, 0, 0, 0, 0, 0x0B, 0]), (0x07, [0, 0, 0, 0, 0, 1, 0x80]),
            (0x07, [0, 0, 0, 0, 0, 1, 0x01, 0xFF, 0xFF]),
            (0x07, [0, 0, 0, 0, 0, 1, 0x01, 0, 1, 0xFF, 0xFF, 0xFF, 0xFD]),
            // PREPARE: cut off.
            (0x09, [0, 0, 0, 2, 0x61]),
            // EXECUTE: id longer than the body.
            (0x0A, [0, 4, 1]),
            // BATCH: unknown type; unknown entry kind; names for values.
            (0x0D, [3, 0, 0, 0, 1, 0]), (0x0D, [0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 1, 0]), (0x0D, [0, 0, 0, 0, 1, 0x40]),
            // REGISTER: a list that is cut off. AUTH_RESPONSE: token longer than the body. Unknown opcodes.
            (0x0B, [0, 2, 0, 1, 0x61]), (0x0F, [0, 0, 0, 5, 1]), (0x04, []), (0x77, []), (0x00, []),
        ] as [(UInt8, [UInt8])]
    )
    func requestIsRefused(_ opcode: UInt8, _ body: [UInt8]) {
        #expect(throws: WireError.self) { try RequestFrame.decode(MessageTests.frame(opcode, body, response: false)) }
    }

    @Test(
        arguments: [
            // ERROR: cut off; details that are cut off; details that do not belong to the code.
            (0x00, [0, 0, 0]), (0x00, [0, 0, 0x10, 0, 0, 0, 0, 1, 0, 0, 0, 1]), (0x00, [0, 0, 0x20, 0, 0, 0, 9]),
            // AUTHENTICATE, SUPPORTED.
            (0x03, [0, 1]), (0x06, [0, 1, 0, 1, 0x61, 0, 9]),
            // RESULT: unknown kind.
            (0x08, [0, 0, 0, 0]), (0x08, [0, 0, 0, 6]),
            // Rows: negative column count; more columns than bytes; negative row count; rows without columns; too many.
            (0x08, [0, 0, 0, 2, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF]),
            (0x08, [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
            (0x08, [0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]),
            (0x08, [0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF]),
            (0x08, [0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF]),
            // Prepared: a key index beyond the markers; more key indices than markers.
            (0x08, [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]),
            (0x08, [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 7]),
            // Schema change and event: unknown words; an address of five bytes.
            (0x08, [0, 0, 0, 5, 0, 1, 0x58, 0, 0, 0, 0]), (0x0C, [0, 1, 0x58]),
            (0x0C, [0, 0x0D] + Array("STATUS_CHANGE".utf8) + [0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 0]),
            // Unknown opcodes.
            (0x01, []), (0x11, []), (0xFF, []),
        ] as [(UInt8, [UInt8])]
    )
    func responseIsRefused(_ opcode: UInt8, _ body: [UInt8]) {
        #expect(throws: WireError.self) { try ResponseFrame.decode(MessageTests.frame(opcode, body, response: true)) }
    }

    @Test func rowsThatAreCutOffOrFollowedByMoreAreRefusedWhenWalked() throws {
        let metadata = RowsMetadata(columnCount: 1)
        var cut = Rows(metadata: metadata, rowCount: 1, content: [0, 0, 0, 4, 1]).makeCursor()
        #expect(throws: WireError.self) { try cut.next() }
        var long = Rows(metadata: metadata, rowCount: 1, content: [0xFF, 0xFF, 0xFF, 0xFF, 1]).makeCursor()
        #expect(try long.next() == [nil])
        #expect(throws: WireError.self) { try long.next() }
    }
}
