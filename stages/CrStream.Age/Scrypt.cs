using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using CrStream.Abstractions;

namespace CrStream.Age;

/// <summary>
/// scrypt (RFC 7914) with the block size 8 and no parallelization, as age has it. It stands here because NSec's takes
/// salts of 32 bytes only, and age's have 44.
/// </summary>
internal static unsafe class Scrypt
{
    /// <summary>The block size r, in units of 128 bytes.</summary>
    private const int R = 8;

    /// <summary>The vectors of 16 bytes in a Salsa block and in the whole block.</summary>
    private const int SalsaVectors = 4;
    private const int BlockVectors = 2 * R * SalsaVectors;
    private const int BlockLength = 128 * R;

    /// <summary>Derives a key.</summary>
    /// <param name="passphrase">The passphrase.</param>
    /// <param name="salt">The salt, of any length.</param>
    /// <param name="workFactor">The base-2 logarithm of the cost N. The memory is 1 KiB times N.</param>
    /// <param name="key">Where the key goes; its length decides how long it is.</param>
    /// <exception cref="UsageException">There is not enough memory for it.</exception>
    public static void DeriveKey(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int workFactor, Span<byte> key)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, block, 1, HashAlgorithmName.SHA256);
        var length = (nuint)BlockLength << workFactor;
        var memory = Allocate(length);
        try
        {
            Mix(block, (Vector128<uint>*)memory, 1 << workFactor);
            Rfc2898DeriveBytes.Pbkdf2(passphrase, block, key, 1, HashAlgorithmName.SHA256);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
            NativeMemory.Clear(memory, length);
            NativeMemory.AlignedFree(memory);
        }
    }

    private static void* Allocate(nuint length)
    {
        try
        {
            return NativeMemory.AlignedAlloc(length, BlockLength);
        }
        catch (OutOfMemoryException cause)
        {
            throw new UsageException($"the passphrase's key needs {length >> 20} MiB of memory, which are not there", "free some memory, or raise the limit", cause);
        }
    }

    /// <summary>scryptROMix: fills the memory with a chain of blocks, then walks through it as the data says.</summary>
    private static void Mix(Span<byte> bytes, Vector128<uint>* memory, int n)
    {
        var x = stackalloc Vector128<uint>[BlockVectors];
        var y = stackalloc Vector128<uint>[BlockVectors];
        ToDiagonals(MemoryMarshal.Cast<byte, uint>(bytes), new Span<uint>(x, BlockLength / sizeof(uint)));
        for (nint i = 0; i < n; i++)
        {
            new Span<Vector128<uint>>(x, BlockVectors).CopyTo(new Span<Vector128<uint>>(memory + (i * BlockVectors), BlockVectors));
            MixBlock(x, y);
            Swap(ref x, ref y);
        }

        for (var i = 0; i < n; i++)
        {
            nint j = (nint)(x[BlockVectors - SalsaVectors][0] & (uint)(n - 1));
            for (var k = 0; k < BlockVectors; k++) x[k] ^= memory[(j * BlockVectors) + k];
            MixBlock(x, y);
            Swap(ref x, ref y);
        }

        FromDiagonals(new Span<uint>(x, BlockLength / sizeof(uint)), MemoryMarshal.Cast<byte, uint>(bytes));
    }

    private static void Swap(ref Vector128<uint>* x, ref Vector128<uint>* y)
    {
        var other = x;
        x = y;
        y = other;
    }

    /// <summary>scryptBlockMix: Salsa20/8 along the block, the even results to the front and the odd ones behind.</summary>
    private static void MixBlock(Vector128<uint>* source, Vector128<uint>* target)
    {
        var tail = source + BlockVectors - SalsaVectors;
        var (a, b, c, d) = (tail[0], tail[1], tail[2], tail[3]);
        for (var i = 0; i < 2 * R; i++)
        {
            var part = source + (i * SalsaVectors);
            a ^= part[0];
            b ^= part[1];
            c ^= part[2];
            d ^= part[3];
            Salsa(ref a, ref b, ref c, ref d);
            var place = target + (((i / 2) + ((i & 1) * R)) * SalsaVectors);
            (place[0], place[1], place[2], place[3]) = (a, b, c, d);
        }
    }

    /// <summary>Salsa20 with 8 rounds on a matrix that is held by its diagonals, so that a round is four vector operations.</summary>
    private static void Salsa(ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
    {
        var (w, x, y, z) = (a, b, c, d);
        for (var i = 0; i < 4; i++)
        {
            x ^= Rotate(w + z, 7);
            y ^= Rotate(x + w, 9);
            z ^= Rotate(y + x, 13);
            w ^= Rotate(z + y, 18);
            (x, y, z) = (Turn3(x), Turn2(y), Turn1(z));
            z ^= Rotate(w + x, 7);
            y ^= Rotate(z + w, 9);
            x ^= Rotate(y + z, 13);
            w ^= Rotate(x + y, 18);
            (x, y, z) = (Turn1(x), Turn2(y), Turn3(z));
        }

        a += w;
        b += x;
        c += y;
        d += z;
    }

    private static Vector128<uint> Rotate(Vector128<uint> v, int bits) => (v << bits) | (v >>> (32 - bits));

    private static Vector128<uint> Turn1(Vector128<uint> v) => Vector128.Shuffle(v, Vector128.Create(1u, 2, 3, 0));

    private static Vector128<uint> Turn2(Vector128<uint> v) => Vector128.Shuffle(v, Vector128.Create(2u, 3, 0, 1));

    private static Vector128<uint> Turn3(Vector128<uint> v) => Vector128.Shuffle(v, Vector128.Create(3u, 0, 1, 2));

    /// <summary>Where each word of the diagonals stands in the matrix.</summary>
    private static ReadOnlySpan<byte> Diagonals => [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11];

    private static void ToDiagonals(ReadOnlySpan<uint> source, Span<uint> target)
    {
        for (var i = 0; i < source.Length; i++) target[i] = source[(i & ~15) + Diagonals[i & 15]];
    }

    private static void FromDiagonals(ReadOnlySpan<uint> source, Span<uint> target)
    {
        for (var i = 0; i < source.Length; i++) target[(i & ~15) + Diagonals[i & 15]] = source[i];
    }
}
