import COpenSSL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The names for which a certificate stands.
struct CertificateNames: Equatable {
    /// Subject alternative names of the kind dNSName.
    var hosts: [[UInt8]] = []
    /// Subject alternative names of the kind iPAddress: 4 or 16 bytes.
    var addresses: [[UInt8]] = []
    /// The first common name of the subject.
    var commonName: [UInt8]?

    /// Whether the certificate stands for `host`, by libpq's rules.
    ///
    /// A wildcard is a whole left-most label and stands for one label. The common name counts only if there is no
    /// alternative name of the host's own kind.
    func contain(_ host: String) -> Bool {
        let name = Array(host.utf8)
        let address = Self.address(host)
        if let address, addresses.contains(address) { return true }
        if hosts.contains(where: { Self.matches($0, name) }) { return true }
        let hasAlternatives = address == nil ? !hosts.isEmpty : !addresses.isEmpty
        guard !hasAlternatives, let commonName else { return false }
        return Self.matches(commonName, name)
    }

    /// The bytes of a literal IPv4 or IPv6 address (inet_pton(3)), or `nil` for a name.
    static func address(_ host: String) -> [UInt8]? {
        for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: length)
            if inet_pton(family, host, &bytes) == 1 { return bytes }
        }
        return nil
    }

    private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        // A name with a NUL in it reads differently to those who stop there (CVE-2009-4034).
        guard !pattern.isEmpty, !pattern.contains(0) else { return false }
        let (pattern, name) = (pattern.map(lowercased), name.map(lowercased))
        if pattern == name { return true }
        guard pattern.count >= 3, pattern.starts(with: Array("*.".utf8)), address(text(name)) == nil else {
            return false
        }
        guard let dot = name.firstIndex(of: UInt8(ascii: ".")), dot > 0 else { return false }
        return name[dot...] == pattern[1...]
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension CertificateNames {
    private static let shownCount = 8

    /// What the certificate names, for a sentence about it.
    var list: String {
        let alternatives = hosts.map(printable) + addresses.map { Self.literal($0) }
        let names = alternatives.isEmpty ? commonName.map { [printable($0)] } ?? [] : alternatives
        guard !names.isEmpty else { return "no host at all" }
        let shown = names.prefix(Self.shownCount).map { "\"\($0)\"" }.joined(separator: ", ")
        return names.count > Self.shownCount ? "\(shown) and \(names.count - Self.shownCount) more" : shown
    }

    private static func literal(_ address: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = address.count == 4 ? AF_INET : AF_INET6
        guard [4, 16].contains(address.count),
            inet_ntop(family, address, &text, socklen_t(text.count)) != nil
        else { return "an address of \(address.count) bytes" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension CertificateNames {
    /// Reads the names of a certificate (X509_get_ext_d2i(3), X509_NAME_get_index_by_NID(3)).
    init(_ certificate: OpaquePointer) {
        commonName = certificateCommonName(X509_get_subject_name(certificate))
        guard let list = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return }
        let names = OpaquePointer(list)
        defer { GENERAL_NAMES_free(names) }
        for index in 0..<OPENSSL_sk_num(names) {
            guard let name = OPENSSL_sk_value(names, index) else { continue }
            var kind: Int32 = 0
            let value = GENERAL_NAME_get0_value(name.assumingMemoryBound(to: GENERAL_NAME.self), &kind)
            guard let value, kind == GEN_DNS || kind == GEN_IPADD else { continue }
            let bytes = asn1Bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
            if kind == GEN_DNS { hosts.append(bytes) } else { addresses.append(bytes) }
        }
    }
}

/// The first common name of a distinguished name.
func certificateCommonName(_ name: OpaquePointer?) -> [UInt8]? {
    let index = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
    guard index >= 0, let data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else { return nil }
    return asn1Bytes(data)
}

/// Text of a certificate, which may hold anything, made fit for a sentence.
func printable(_ bytes: [UInt8]) -> String {
    let scalars = String(decoding: bytes.prefix(200), as: UTF8.self).unicodeScalars.map { scalar in
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : Character(scalar)
    }
    return String(scalars)
}

private func asn1Bytes(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
    guard let data = ASN1_STRING_get0_data(string) else { return [] }
    return Array(UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(string))))
}
