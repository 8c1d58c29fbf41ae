package import WireKit

/// `inet` and `cidr`: an address and the length of its network prefix.
///
/// PostgreSQL source, `src/backend/utils/adt/network.c`, network_send and inet_out.
package struct PostgresInet: Hashable, Sendable {
    /// 4 or 16 bytes.
    package let address: [UInt8]
    package let prefixLength: UInt8
    package let isCIDR: Bool
}

extension PostgresInet: PostgresBinaryValue {
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
        return Self(address: address, prefixLength: prefixLength, isCIDR: isCIDR)
    }

    package var text: String {
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
