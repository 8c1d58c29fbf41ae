package import WireKit

/// `inet` and `cidr`: an address and the length of its network prefix.
///
/// PostgreSQL source, `src/backend/utils/adt/network.c`, network_send and inet_out.
package struct PostgresInet: Hashable, Sendable {
    /// 4 or 16 bytes.
    package let address: [UInt8]
    package let prefixLength: UInt8
    package let isCIDR: Bool

    /// Whether every bit behind the prefix is zero, as `cidr` demands.
    package var isNetwork: Bool {
        address.enumerated().allSatisfy { index, byte in
            let kept = min(max(Int(prefixLength) - index * 8, 0), 8)
            return byte & UInt8(0xFF >> kept) == 0
        }
    }
}

extension PostgresInet: PostgresScalar {
    private static let familyIPv4: UInt8 = 2
    private static let familyIPv6: UInt8 = 3

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let family = try reader.readInteger("address family", as: UInt8.self)
        guard family == familyIPv4 || family == familyIPv6 else {
            throw WireError(.unknownCode(Int(family)), field: "address family", offset: reader.offset - 1)
        }
        let prefixLength = try reader.readInteger("prefix length", as: UInt8.self)
        let isCIDR = try reader.readInteger("cidr flag", as: UInt8.self) != 0
        let count = Int(try reader.readInteger("address length", as: UInt8.self))
        guard count == (family == familyIPv4 ? 4 : 16) else {
            throw WireError(.invalidLength(count), field: "address length", offset: reader.offset - 1)
        }
        guard Int(prefixLength) <= count * 8 else {
            throw WireError(.invalidLength(Int(prefixLength)), field: "prefix length", offset: 1)
        }
        let address = Array(try reader.readBytes(count, "address"))
        let inet = Self(address: address, prefixLength: prefixLength, isCIDR: isCIDR)
        guard !isCIDR || inet.isNetwork else {
            throw WireError(.invalidValue("a cidr has no bits behind its prefix"), field: "address", offset: 4)
        }
        return inet
    }

    /// Reads an `inet`.
    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let token = reader.rest.prefix { $0 != UInt8(ascii: "/") }
        let address = token.contains(UInt8(ascii: ":")) ? try colonSeparated(&reader) : try dotted(&reader)
        let prefixLength = reader.skip("/") ? try reader.readDigits(1...3) : address.count * 8
        guard prefixLength <= address.count * 8 else { throw reader.error("the prefix is longer than the address") }
        return Self(address: address, prefixLength: UInt8(prefixLength), isCIDR: false)
    }

    /// The same address and prefix as a `cidr`; nothing if bits are set behind the prefix.
    package var cidr: Self? { isNetwork ? Self(address: address, prefixLength: prefixLength, isCIDR: true) : nil }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(address.count == 4 ? Self.familyIPv4 : Self.familyIPv6)
        writer.writeInteger(prefixLength)
        writer.writeInteger(UInt8(isCIDR ? 1 : 0))
        writer.writeInteger(UInt8(address.count))
        writer.writeBytes(address)
    }

    package var postgresText: String {
        let host = address.count == 4 ? dotted(address[...]) : colonSeparated
        return isCIDR || Int(prefixLength) != address.count * 8 ? "\(host)/\(prefixLength)" : host
    }

    private func dotted(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { String($0) }.joined(separator: ".")
    }

    /// The IPv6 form of PostgreSQL's inet_net_ntop.c: the first longest run of two or more zero words becomes `::`,
    /// and an embedded IPv4 address is dotted.
    private var colonSeparated: String {
        let words = stride(from: 0, to: 16, by: 2).map { UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]) }
        let zeros = longestZeroRun(words)
        var text = ""
        for (index, word) in words.enumerated() {
            if zeros.contains(index) {
                if index == zeros.lowerBound { text += ":" }
                continue
            }
            if index != 0 { text += ":" }
            let isEmbedded = zeros.lowerBound == 0 && (zeros.count == 6 || (zeros.count == 5 && words[5] == 0xFFFF))
            if index == 6, isEmbedded { return text + dotted(address[12...]) }
            text += String(word, radix: 16)
        }
        return zeros.upperBound == words.count ? text + ":" : text
    }

    private func longestZeroRun(_ words: [UInt16]) -> Range<Int> {
        var best = -1 ..< -1
        var start = 0
        while start < words.count {
            var end = start
            while end < words.count, words[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        return best
    }
}

extension PostgresInet {
    private static func dotted(_ reader: inout TextReader) throws(WireError) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<4 {
            if index > 0 { try reader.expect(".") }
            guard let byte = UInt8(exactly: try reader.readDigits(1...3)) else {
                throw reader.error("a part of an address is at most 255")
            }
            bytes.append(byte)
        }
        return bytes
    }

    /// Groups of four hexadecimal digits; `::` stands for as many zeros as are missing.
    private static func colonSeparated(_ reader: inout TextReader) throws(WireError) -> [UInt8] {
        var bytes: [UInt8] = []
        var gap: Int?
        if reader.skip("::") { gap = 0 }
        while let next = reader.next, Hex.value(next) != nil, bytes.count < 16 {
            if reader.rest.prefix(4).contains(UInt8(ascii: ".")) {
                bytes += try dotted(&reader)
                break
            }
            let digits = reader.take { Hex.value($0) != nil }
            guard digits.count <= 4 else { throw reader.error("a group of an address has up to four digits") }
            let word = digits.reduce(UInt16(0)) { $0 << 4 | UInt16(Hex.value($1) ?? 0) }
            bytes += [UInt8(word >> 8), UInt8(truncatingIfNeeded: word)]
            if gap == nil, reader.skip("::") {
                gap = bytes.count
            } else if bytes.count == 16 || !reader.skip(":") {
                break
            }
        }
        if let gap, bytes.count < 16 {
            bytes.insert(contentsOf: repeatElement(0, count: 16 - bytes.count), at: gap)
        }
        guard bytes.count == 16 else { throw reader.error("an IPv6 address has 16 bytes") }
        return bytes
    }
}
