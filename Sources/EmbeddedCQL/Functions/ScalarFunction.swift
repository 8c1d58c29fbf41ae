import CQLWire

/// A built-in function of values.
struct ScalarFunction: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case now, uuid
        case currentTimestamp, currentDate, currentTime
        /// From a time UUID, timestamp or date.
        case toTimestamp, toDate, toUnixTimestamp
        case minTimeUUID, maxTimeUUID
        /// To or from a blob: the bytes stay what they are.
        case asBytes
        case token
        case cast
    }

    let name: String
    let kind: Kind
    let parameters: [ColumnType]
    let result: ColumnType

    /// The value for `arguments`, as many as there are parameters; null gives null.
    ///
    /// - Throws: `StatementError` when bytes are no value of the result's type.
    func callAsFunction(_ arguments: [[UInt8]?], _ environment: RunEnvironment) throws(StatementError) -> [UInt8]? {
        switch kind {
        case .now:
            let uuid = TimeUUID.make(microseconds: environment.now, uuid: environment.makeUUID())
            return LiteralEncoder.bytes(uuid)
        case .uuid: return LiteralEncoder.bytes(environment.makeUUID())
        case .currentTimestamp: return LiteralEncoder.bigEndian(environment.milliseconds)
        case .currentDate: return Self.date(ofMilliseconds: environment.milliseconds)
        case .currentTime:
            let day: Int64 = 86_400_000_000
            let micros = environment.now - environment.now.flooredQuotient(by: day) * day
            return LiteralEncoder.bigEndian(micros * 1000)
        case .token: return try Self.token(arguments)
        default: break
        }
        guard let first = arguments.first, let argument = first, !(argument.isEmpty && kind != .asBytes) else {
            return nil
        }
        switch kind {
        case .asBytes:
            try ValueCheck(result).check(argument, argument.indices)
            return argument
        case .cast: return try CastFunction.cast(argument, from: parameters[0], to: result)
        case .minTimeUUID:
            return LiteralEncoder.bytes(TimeUUID.bound(milliseconds: argument.int64(at: 0), isUpper: false))
        case .maxTimeUUID:
            return LiteralEncoder.bytes(TimeUUID.bound(milliseconds: argument.int64(at: 0), isUpper: true))
        default:
            guard let milliseconds = milliseconds(argument) else { return nil }
            return kind == .toDate ? Self.date(ofMilliseconds: milliseconds) : LiteralEncoder.bigEndian(milliseconds)
        }
    }

    private func milliseconds(_ argument: [UInt8]) -> Int64? {
        switch parameters[0] {
        case .timeuuid: return TimeUUID.milliseconds(of: argument)
        case .timestamp: return argument.int64(at: 0)
        default:
            guard let days = argument.bigEndianInt32(at: 0, before: argument.count) else { return nil }
            return Int64(UInt32(bitPattern: days)) * 86_400_000 - (1 << 31) * 86_400_000
        }
    }

    /// The day of a time; the middle of the range is 1970-01-01.
    private static func date(ofMilliseconds milliseconds: Int64) -> [UInt8] {
        let days = milliseconds.flooredQuotient(by: 86_400_000)
        return LiteralEncoder.bigEndian(UInt32(truncatingIfNeeded: days &+ (1 << 31)))
    }

    private static func token(_ arguments: [[UInt8]?]) throws(StatementError) -> [UInt8]? {
        var key: [UInt8] = []
        for argument in arguments {
            guard let argument else { return nil }
            guard arguments.count > 1 else {
                key = argument
                break
            }
            guard argument.count <= PartitionKeys.byteLimit else { throw PartitionKeys.tooLong(argument.count) }
            RoutingKey.append(argument[...], to: &key)
        }
        return LiteralEncoder.bigEndian(Token(routingKey: key).rawValue)
    }
}

// MARK: - The catalogue

extension ScalarFunction {
    /// The functions of a name, one for each list of parameters; none for a name that is unknown.
    static func overloads(of name: String) -> [ScalarFunction] {
        func one(_ kind: Kind, _ parameters: [ColumnType], _ result: ColumnType) -> ScalarFunction {
            ScalarFunction(name: name, kind: kind, parameters: parameters, result: result)
        }
        switch name {
        case "now", "currenttimeuuid": return [one(.now, [], .timeuuid)]
        case "uuid": return [one(.uuid, [], .uuid)]
        case "currenttimestamp": return [one(.currentTimestamp, [], .timestamp)]
        case "currentdate": return [one(.currentDate, [], .date)]
        case "currenttime": return [one(.currentTime, [], .time)]
        case "totimestamp": return [ColumnType.timeuuid, .date].map { one(.toTimestamp, [$0], .timestamp) }
        case "todate": return [ColumnType.timeuuid, .timestamp].map { one(.toDate, [$0], .date) }
        case "tounixtimestamp":
            return [ColumnType.timeuuid, .timestamp, .date].map { one(.toUnixTimestamp, [$0], .bigint) }
        case "dateof": return [one(.toTimestamp, [.timeuuid], .timestamp)]
        case "unixtimestampof": return [one(.toUnixTimestamp, [.timeuuid], .bigint)]
        case "mintimeuuid": return [one(.minTimeUUID, [.timestamp], .timeuuid)]
        case "maxtimeuuid": return [one(.maxTimeUUID, [.timestamp], .timeuuid)]
        default: return blobConversion(name).map { [$0] } ?? []
        }
    }

    /// `blobAsInt`, `intAsBlob` and their like.
    private static func blobConversion(_ name: String) -> ScalarFunction? {
        for type in ColumnType.simpleTypes where type != .blob && type != .counter {
            for spelling in [type.simpleName, type == .text ? "varchar" : nil].compactMap({ $0 }) {
                if name == "\(spelling)asblob" {
                    return ScalarFunction(name: name, kind: .asBytes, parameters: [type], result: .blob)
                }
                if name == "blobas\(spelling)" {
                    return ScalarFunction(name: name, kind: .asBytes, parameters: [.blob], result: type)
                }
            }
        }
        return nil
    }

    /// `token` of a table's partition key.
    static func token(of table: TableSchema) -> ScalarFunction {
        ScalarFunction(name: "token", kind: .token, parameters: table.partitionKey.map(\.type), result: .bigint)
    }

    /// `CAST(x AS type)`; nil when there is no such conversion.
    static func cast(from source: ColumnType, to target: ColumnType) -> ScalarFunction? {
        guard CastFunction.isPossible(from: source, to: target) else { return nil }
        return ScalarFunction(name: "cast", kind: .cast, parameters: [source], result: target)
    }
}
