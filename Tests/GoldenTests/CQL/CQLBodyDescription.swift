import CQLWire
import Foundation
import WireKit

/// Decoded messages in the words of the captures (`Fixtures/cql/README.md`), but for the values of rows.
enum CQLBodyDescription {
    static func description(_ frame: RequestFrame) -> [String: Any] {
        var body: [String: Any] =
            switch frame.request {
            case .startup(let message): ["options": message.options.entries.map { [$0.key, $0.value] }]
            case .options: [:]
            case .query(let message): ["query": message.query].merging(parameters(message.parameters)) { $1 }
            case .prepare(let message): ["query": message.query]
            case .execute(let message): ["id": message.id.description].merging(parameters(message.parameters)) { $1 }
            case .batch(let message): batch(message)
            case .register(let message): ["events": message.eventTypes]
            case .authResponse(let message): ["token": message.token?.hexadecimal ?? NSNull()]
            }
        body["custom_payload"] = frame.customPayload.map(payload)
        return body
    }

    static func description(_ frame: ResponseFrame) -> [String: Any] {
        var body: [String: Any] =
            switch frame.response {
            case .error(let error): Self.error(error)
            case .ready: [:]
            case .authenticate(let authenticator): ["authenticator": authenticator]
            case .supported(let options): ["options": options.entries.map { [$0.key, $0.value] as [Any] }]
            case .result(let result): Self.result(result)
            case .event(let event): Self.event(event)
            case .authChallenge(let token), .authSuccess(let token): ["token": token?.hexadecimal ?? NSNull()]
            }
        body["tracing_id"] = frame.tracingID?.description
        body["warnings"] = frame.warnings
        body["custom_payload"] = frame.customPayload.map(payload)
        return body
    }

    private static func payload(_ payload: BytesMap) -> [Any] {
        payload.entries.map { [$0.key, $0.value?.hexadecimal ?? NSNull()] as [Any] }
    }

    // MARK: - Requests

    private static func parameters(_ parameters: QueryParameters) -> [String: Any] {
        var body: [String: Any] = [
            "consistency": parameters.consistency.specificationName, "flags": Int(parameters.flags.rawValue),
        ]
        switch parameters.values {
        case nil: break
        case .positional(let values): body["values"] = values.map(value)
        case .named(let values): body["values"] = values.map { [$0.name, value($0.value)] as [Any] }
        }
        body["page_size"] = parameters.pageSize.map { Int($0) }
        body["paging_state"] = parameters.pagingState?.bytes.hexadecimal
        body["serial_consistency"] = parameters.serialConsistency?.specificationName
        body["timestamp"] = parameters.defaultTimestamp.map { String($0) }
        return body
    }

    private static func batch(_ batch: BatchRequest) -> [String: Any] {
        let flags = (batch.serialConsistency == nil ? 0 : 0x10) | (batch.defaultTimestamp == nil ? 0 : 0x20)
        var body: [String: Any] = [
            "type": "\(batch.kind)".uppercased(), "consistency": batch.consistency.specificationName, "flags": flags,
            "query_count": batch.entries.count,
        ]
        body["queries"] = batch.entries.map { entry in
            let values = entry.values.map(value)
            switch entry.statement {
            case .query(let query): return ["query": query, "values": values] as [String: Any]
            case .prepared(let id): return ["id": id.description, "values": values]
            }
        }
        body["serial_consistency"] = batch.serialConsistency?.specificationName
        body["timestamp"] = batch.defaultTimestamp.map { String($0) }
        return body
    }

    private static func value(_ value: CQLValueBytes) -> Any {
        switch value {
        case .null: "null"
        case .unset: "unset"
        case .bytes(let bytes): ["hex": bytes.hexadecimal]
        }
    }

    // MARK: - Responses

    private static func error(_ error: ErrorResponse) -> [String: Any] {
        let digits = String(error.code.rawValue, radix: 16, uppercase: true)
        let code = "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return ["code": code, "message": error.message].merging(details(error.details)) { $1 }
    }

    private static func details(_ details: ErrorResponse.Details) -> [String: Any] {
        switch details {
        case .none, .rateLimited, .unknown: [:]
        case .unavailable(let consistency, let required, let alive):
            ["cl": consistency.specificationName, "required": Int(required), "alive": Int(alive)]
        case .writeTimeout(let consistency, let received, let blockFor, let writeType, _):
            replicas(consistency, received, blockFor).merging(["write_type": writeType.rawValue]) { $1 }
        case .readTimeout(let consistency, let received, let blockFor, let dataPresent):
            replicas(consistency, received, blockFor).merging(["data_present": dataPresent ? 1 : 0]) { $1 }
        case .readFailure(let consistency, let received, let blockFor, let failureCount, let dataPresent):
            replicas(consistency, received, blockFor)
                .merging(["numfailures": Int(failureCount), "data_present": dataPresent ? 1 : 0]) { $1 }
        case .writeFailure(let consistency, let received, let blockFor, let failureCount, let writeType):
            replicas(consistency, received, blockFor)
                .merging(["numfailures": Int(failureCount), "write_type": writeType.rawValue] as [String: Any]) { $1 }
        case .functionFailure(let keyspace, let function, let argumentTypes):
            ["keyspace": keyspace, "function": function, "args": argumentTypes]
        case .alreadyExists(let keyspace, let table): ["keyspace": keyspace, "table": table]
        case .unprepared(let id): ["id": id.description]
        case .casWriteUnknown(let consistency, let received, let blockFor): replicas(consistency, received, blockFor)
        }
    }

    private static func replicas(_ consistency: Consistency, _ received: Int32, _ blockFor: Int32) -> [String: Any] {
        ["cl": consistency.specificationName, "received": Int(received), "blockfor": Int(blockFor)]
    }

    private static func result(_ result: ResultResponse) -> [String: Any] {
        switch result {
        case .void: ["kind": "void"]
        case .rows(let rows):
            ["kind": "rows", "row_count": rows.rowCount, "metadata": metadata(rows.metadata)]
        case .setKeyspace(let keyspace): ["kind": "set_keyspace", "keyspace": keyspace]
        case .prepared(let prepared):
            [
                "kind": "prepared", "id": prepared.id.description, "result": metadata(prepared.result),
                "bind": [
                    "column_count": prepared.markers.count,
                    "pk_indices": prepared.partitionKeyIndices.map { Int($0) },
                    "cols": columns(prepared.markers),
                ] as [String: Any],
            ]
        case .schemaChange(let change): ["kind": "schema_change"].merging(schemaChange(change)) { $1 }
        }
    }

    private static func metadata(_ metadata: RowsMetadata) -> [String: Any] {
        var body: [String: Any] = ["flags": Int(metadata.flags.rawValue), "column_count": metadata.columnCount]
        body["paging_state"] = metadata.pagingState?.bytes.hexadecimal
        body["cols"] = metadata.columns.map(columns)
        return body
    }

    private static func columns(_ columns: [ColumnSpec]) -> [[String]] {
        columns.map { [$0.table.keyspace, $0.table.table, $0.name, $0.type.description] }
    }

    private static func schemaChange(_ change: SchemaChange) -> [String: Any] {
        var body: [String: Any] = ["change": change.change.rawValue, "keyspace": change.keyspace]
        switch change.target {
        case .keyspace: body["target"] = "KEYSPACE"
        case .table(let name): body.merge(["target": "TABLE", "name": name]) { $1 }
        case .type(let name): body.merge(["target": "TYPE", "name": name]) { $1 }
        case .function(let name, let types):
            body.merge(["target": "FUNCTION", "name": name, "args": types] as [String: Any]) { $1 }
        case .aggregate(let name, let types):
            body.merge(["target": "AGGREGATE", "name": name, "args": types] as [String: Any]) { $1 }
        }
        return body
    }

    private static func event(_ event: EventResponse) -> [String: Any] {
        switch event {
        case .topologyChange(let change, let address), .statusChange(let change, let address):
            let host = CQLInet(bytes: Array(address.address))?.description ?? ""
            return ["event": event.typeName, "change": change, "address": [host, Int(address.port)] as [Any]]
        case .schemaChange(let change):
            return ["event": event.typeName].merging(schemaChange(change)) { $1 }
        }
    }
}
