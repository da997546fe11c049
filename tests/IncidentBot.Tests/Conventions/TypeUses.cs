using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace IncidentBot.Conventions;

/// <summary>
/// Which types of the program use which others, read from the compiled program: base types, members, signatures and all that method bodies
/// name. So a type counts that a source file never writes down, because it is inferred.
/// </summary>
internal sealed class TypeUses
{
    private static readonly Instructions _instructions = new();

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly Names _names = new();

    private TypeUses(string assembly)
    {
        _file = new PEReader(File.OpenRead(assembly));
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>Pairs of the full names of a type and of one that it uses; nested types count as their outermost one.</summary>
    public static IReadOnlyCollection<(string User, string Used)> Of(string assembly)
    {
        var uses = new TypeUses(assembly);
        using (uses._file)
        {
            var pairs = new HashSet<(string, string)>();
            foreach (var handle in uses._metadata.TypeDefinitions)
            {
                var user = uses.Outermost(handle);
                pairs.UnionWith(uses.UsedBy(handle).Where(used => used != user).Select(used => (user, used)));
            }

            return pairs;
        }
    }

    private IEnumerable<string> UsedBy(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var used = new HashSet<string>(StringComparer.Ordinal);
        Add(used, type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
        {
            Add(used, _metadata.GetInterfaceImplementation(implemented).Interface);
        }

        foreach (var field in type.GetFields())
        {
            Add(used, _metadata.GetFieldDefinition(field).DecodeSignature(_names.In(this), null));
        }

        foreach (var methodHandle in type.GetMethods())
        {
            var method = _metadata.GetMethodDefinition(methodHandle);
            var signature = method.DecodeSignature(_names.In(this), null);
            Add(used, signature.ParameterTypes.Append(signature.ReturnType).SelectMany(names => names));
            if (method.RelativeVirtualAddress != 0)
            {
                AddBody(used, _file.GetMethodBody(method.RelativeVirtualAddress));
            }
        }

        return used;
    }

    private void AddBody(HashSet<string> used, MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
        {
            Add(used, _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names.In(this), null).SelectMany(names => names));
        }

        foreach (var token in _instructions.Tokens(body.GetILBytes() ?? []))
        {
            Add(used, MetadataTokens.EntityHandle(token));
        }
    }

    private static void Add(HashSet<string> used, IEnumerable<string> names) => used.UnionWith(names);

    private void Add(HashSet<string> used, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition when !handle.IsNil:
                used.Add(Outermost((TypeDefinitionHandle)handle));
                break;
            case HandleKind.TypeSpecification:
                Add(used, _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_names.In(this), null));
                break;
            case HandleKind.MethodDefinition:
                Add(used, _metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Add(used, _metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Add(used, _metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                var generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(used, generic.Method);
                Add(used, generic.DecodeSignature(_names.In(this), null).SelectMany(names => names));
                break;
            default:
                break;
        }
    }

    private string Outermost(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        for (var outer = type.GetDeclaringType(); !outer.IsNil; outer = type.GetDeclaringType())
        {
            type = _metadata.GetTypeDefinition(outer);
        }

        return $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}";
    }

    /// <summary>Decodes a signature to the names of the program's own types in it.</summary>
    private sealed class Names : ISignatureTypeProvider<IReadOnlyList<string>, object?>
    {
        private TypeUses _uses = null!;

        public Names In(TypeUses uses)
        {
            _uses = uses;
            return this;
        }

        public IReadOnlyList<string> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [_uses.Outermost(handle)];

        public IReadOnlyList<string> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [];

        public IReadOnlyList<string> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public IReadOnlyList<string> GetGenericInstantiation(IReadOnlyList<string> genericType, ImmutableArray<IReadOnlyList<string>> typeArguments) =>
            [.. genericType, .. typeArguments.SelectMany(names => names)];

        public IReadOnlyList<string> GetFunctionPointerType(MethodSignature<IReadOnlyList<string>> signature) =>
            [.. signature.ParameterTypes.Append(signature.ReturnType).SelectMany(names => names)];

        public IReadOnlyList<string> GetModifiedType(IReadOnlyList<string> modifier, IReadOnlyList<string> unmodifiedType, bool isRequired) => unmodifiedType;

        public IReadOnlyList<string> GetArrayType(IReadOnlyList<string> elementType, ArrayShape shape) => elementType;

        public IReadOnlyList<string> GetByReferenceType(IReadOnlyList<string> elementType) => elementType;

        public IReadOnlyList<string> GetPinnedType(IReadOnlyList<string> elementType) => elementType;

        public IReadOnlyList<string> GetPointerType(IReadOnlyList<string> elementType) => elementType;

        public IReadOnlyList<string> GetSZArrayType(IReadOnlyList<string> elementType) => elementType;

        public IReadOnlyList<string> GetGenericMethodParameter(object? genericContext, int index) => [];

        public IReadOnlyList<string> GetGenericTypeParameter(object? genericContext, int index) => [];

        public IReadOnlyList<string> GetPrimitiveType(PrimitiveTypeCode typeCode) => [];
    }

    /// <summary>Finds the tokens in the instructions of a method.</summary>
    private sealed class Instructions
    {
        private readonly Dictionary<short, OperandType> _operands = typeof(OpCodes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (OpCode)field.GetValue(null)!)
            .ToDictionary(code => code.Value, code => code.OperandType);

        public IEnumerable<int> Tokens(byte[] code)
        {
            for (var at = 0; at < code.Length;)
            {
                var value = code[at] == 0xFE ? unchecked((short)((0xFE << 8) | code[at + 1])) : code[at];
                at += code[at] == 0xFE ? 2 : 1;
                var operand = _operands[value];
                if (operand is OperandType.InlineMethod or OperandType.InlineField
                    or OperandType.InlineType or OperandType.InlineTok)
                {
                    yield return BitConverter.ToInt32(code, at);
                }

                at += operand switch
                {
                    OperandType.InlineNone => 0,
                    OperandType.ShortInlineBrTarget or OperandType.ShortInlineI
                        or OperandType.ShortInlineVar => 1,
                    OperandType.InlineVar => 2,
                    OperandType.InlineI8 or OperandType.InlineR => 8,
                    OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                    _ => 4,
                };
            }
        }
    }
}
