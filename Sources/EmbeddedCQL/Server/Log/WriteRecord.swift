import CQLWire

/// What a write took from the node's clock and dice, so that it has the same effect wherever it is run again.
struct WriteStamp: Equatable {
    /// Of the write's cells, in microseconds since 1970, unless its statement or its message names another.
    var timestamp: Int64
    /// The time at which it ran, in microseconds since 1970: what a TTL counts from.
    var now: Int64
    /// What the ids that it drew were made from.
    var seed: CQLUUID
}

/// Which write it is: nodes tell by this what they have applied.
struct WriteOrigin: Equatable {
    /// The place in the ring of the node that the write came to; 0 without a ring.
    var member: UInt8
    /// Drawn by that node when it started.
    var incarnation: UInt64
    /// Counts the node's writes from 1 on, as far as others are told of them.
    var number: Int64
}

/// One entry of the journal, and of what nodes of a ring send each other: a CQL request frame (v4) whose custom payload
/// says how the request is to be run again.
///
/// The payload has one entry, named `pgscylla`: origin, stamp, then the keyspace that was in use.
struct WriteRecord: Equatable {
    var origin: WriteOrigin
    var stamp: WriteStamp
    var keyspace: String?

    private static let key = Array("pgscylla".utf8)
    private static let valueStart = 2 + 2 + key.count + 4
    /// Bytes of origin and stamp.
    private static let fixedByteCount = 1 + 8 + 8 + 8 + 8 + 16

    /// Appends the frame of a request whose body lies in `bytes` at `range`.
    func append(
        _ opcode: Opcode.Request,
        _ bytes: [UInt8],
        _ range: Range<Int>,
        stream: Int16,
        to frames: inout [UInt8]
    ) {
        let valueByteCount = Self.fixedByteCount + (keyspace?.utf8.count ?? 0)
        frames.append(ProtocolVersion.v4.rawValue)
        frames.append(FrameFlags.customPayload.rawValue)
        frames.appendBigEndian(UInt16(bitPattern: stream))
        frames.append(opcode.rawValue)
        frames.appendBigEndian(UInt32(truncatingIfNeeded: Self.valueStart + valueByteCount + range.count))
        frames.appendBigEndian(UInt16(1))
        frames.appendBigEndian(UInt16(Self.key.count))
        frames.append(contentsOf: Self.key)
        frames.appendBigEndian(UInt32(truncatingIfNeeded: valueByteCount))
        frames.append(origin.member)
        frames.appendBigEndian(origin.incarnation)
        frames.appendBigEndian(UInt64(bitPattern: origin.number))
        frames.appendBigEndian(UInt64(bitPattern: stamp.timestamp))
        frames.appendBigEndian(UInt64(bitPattern: stamp.now))
        frames.appendBigEndian(stamp.seed.high)
        frames.appendBigEndian(stamp.seed.low)
        if let keyspace { frames.append(contentsOf: keyspace.utf8) }
        frames.append(contentsOf: bytes[range])
    }

    /// Reads the payload at the front of a frame's body; nil when it is none of these.
    ///
    /// - Returns: the record, and the range of the request behind it.
    static func read(_ bytes: [UInt8], _ body: Range<Int>) -> (record: WriteRecord, request: Range<Int>)? {
        let start = body.lowerBound + valueStart
        guard start + fixedByteCount <= body.upperBound,
            bytes[body.lowerBound + 4..<start - 4].elementsEqual(key),
            let valueByteCount = bytes.bigEndianInt32(at: start - 4, before: body.upperBound),
            Int(valueByteCount) >= fixedByteCount, start + Int(valueByteCount) <= body.upperBound
        else { return nil }
        let end = start + Int(valueByteCount)
        func word(_ position: Int) -> UInt64 { UInt64(bitPattern: bytes.int64(at: start + position)) }
        let keyspace = bytes[start + fixedByteCount..<end]
        let record = WriteRecord(
            origin: WriteOrigin(
                member: bytes[start],
                incarnation: word(1),
                number: Int64(bitPattern: word(9))
            ),
            stamp: WriteStamp(
                timestamp: Int64(bitPattern: word(17)),
                now: Int64(bitPattern: word(25)),
                seed: CQLUUID(high: word(33), low: word(41))
            ),
            keyspace: keyspace.isEmpty ? nil : String(decoding: keyspace, as: UTF8.self)
        )
        return (record, end..<body.upperBound)
    }
}

extension [UInt8] {
    mutating func appendBigEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
