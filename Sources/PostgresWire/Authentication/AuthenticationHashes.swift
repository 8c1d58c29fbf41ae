/// The hash functions that authentication needs, lent by a room that may call a library for them.
package struct AuthenticationHashes: Sendable {
    package typealias Digest = @Sendable (_ message: [UInt8]) -> [UInt8]

    /// MD5 (RFC 1321).
    package let md5: Digest
    /// SHA-256 (FIPS 180-4).
    package let sha256: Digest
    /// HMAC-SHA-256 (RFC 2104).
    package let hmacSHA256: @Sendable (_ key: [UInt8], _ message: [UInt8]) -> [UInt8]
    /// PBKDF2 with HMAC-SHA-256, 32 bytes (RFC 8018), which RFC 5802 calls `Hi`.
    package let pbkdf2SHA256: @Sendable (_ password: [UInt8], _ salt: [UInt8], _ iterations: Int) -> [UInt8]

    package init(
        md5: @escaping Digest,
        sha256: @escaping Digest,
        hmacSHA256: @escaping @Sendable (_ key: [UInt8], _ message: [UInt8]) -> [UInt8],
        pbkdf2SHA256: @escaping @Sendable (_ password: [UInt8], _ salt: [UInt8], _ iterations: Int) -> [UInt8]
    ) {
        self.md5 = md5
        self.sha256 = sha256
        self.hmacSHA256 = hmacSHA256
        self.pbkdf2SHA256 = pbkdf2SHA256
    }
}
