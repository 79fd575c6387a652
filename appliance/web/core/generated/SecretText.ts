export type SecretText = string;
