import PostgresWire

/// One of every message, each field with a value of its own.
enum MessageSamples {
    static let backend: [BackendMessage] = [
        .authentication(.ok), .authentication(.kerberosV5), .authentication(.cleartextPassword),
        .authentication(.unknown(code: 99, [])), .authentication(.unknown(code: -1, [1, 2])),
        .authentication(.md5Password(salt: [1, 2, 3, 4])), .authentication(.scmCredential), .authentication(.gss),
        .authentication(.gssContinue([1, 2])), .authentication(.sspi),
        .authentication(.sasl(mechanisms: ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"])),
        .authentication(.saslContinue([0x72])), .authentication(.saslFinal([0x76])),
        .backendKeyData(BackendKeyData(processID: 7, secretKey: Array(repeating: 9, count: 32))),
        .bindComplete, .closeComplete, .commandComplete(CommandComplete(tag: "INSERT 0 2")),
        .copyBothResponse(CopyResponse(format: .binary, columnFormats: [])), .copyData(CopyData(data: [1, 2, 3])),
        .copyDone, .copyInResponse(CopyResponse(format: .text, columnFormats: [.text, .text])),
        .copyOutResponse(CopyResponse(format: .binary, columnFormats: [.binary])),
        .dataRow(DataRow([[1, 2], nil, []])), .emptyQueryResponse,
        .errorResponse(ErrorResponse(fields: [.init(.severity, "ERROR"), .init(.init(rawValue: 0x7A), "new")])),
        .functionCallResponse(FunctionCallResponse(value: [5])),
        .functionCallResponse(FunctionCallResponse(value: nil)),
        .negotiateProtocolVersion(
            NegotiateProtocolVersion(newestVersion: .v3_0, unrecognizedOptions: ["_pq_.a", "_pq_.b"])
        ),
        .noData, .noticeResponse(NoticeResponse(fields: [.init(.message, "hm")])),
        .notificationResponse(NotificationResponse(processID: 1, channel: "c", payload: "p")),
        .parameterDescription(ParameterDescription(types: [.int4, .text])),
        .parameterStatus(ParameterStatus(name: "TimeZone", value: "UTC")), .parseComplete, .portalSuspended,
        .readyForQuery(ReadyForQuery(status: .failed)), .rowDescription(rowDescription),
    ]

    private static let rowDescription = RowDescription(columns: [
        .init(name: "a", tableOID: 1, attributeNumber: 2, type: .numeric, typeModifier: 3, format: .binary)
    ])

    private static let bind = Bind(
        portal: "p",
        statement: "s",
        parameterFormats: [.binary],
        parameters: [[1], nil],
        resultFormats: [.text, .binary]
    )

    static let frontend: [FrontendMessage] = [
        .bind(bind), .close(Close(.statement("s"))), .close(Close(.portal("p"))), .copyData(CopyData(data: [1])),
        .copyDone, .copyFail(CopyFail(reason: "why")), .describe(Describe(.statement(""))),
        .describe(Describe(.portal(""))), .execute(Execute(portal: "p", maximumRowCount: 10)), .flush,
        .functionCall(
            FunctionCall(functionOID: 5, argumentFormats: [.text], arguments: [nil, [1]], resultFormat: .binary)
        ),
        .parse(Parse(statement: "s", sql: "select $1", parameterTypes: [.int8])),
        .password(PasswordMessage(password: "secret")), .query(Query(sql: "select 1")),
        .saslInitialResponse(SASLInitialResponse(mechanism: "SCRAM-SHA-256", data: [0x6E])),
        .saslInitialResponse(SASLInitialResponse(mechanism: "SCRAM-SHA-256", data: nil)),
        .saslResponse(SASLResponse(data: [0x63])), .gssResponse(GSSResponse(data: [0x60, 1])), .sync, .terminate,
    ]

    static let packets: [StartupPacket] = [
        .startup(StartupMessage(parameters: [.init("user", "u"), .init("database", "d")])), .sslRequest,
        .gssEncRequest, .cancelRequest(CancelRequest(key: BackendKeyData(processID: 3, secretKey: [1, 2, 3, 4]))),
    ]

    static func response(of message: FrontendMessage) -> FrontendMessage.AuthenticationResponse {
        switch message {
        case .saslInitialResponse: .saslInitialResponse
        case .saslResponse: .saslResponse
        case .gssResponse: .gssResponse
        default: .password
        }
    }
}
