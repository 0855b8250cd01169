#pragma once
/// Files in memory that HDF5 itself opens, reads and changes, without our reader: to hold one against the other. Under h5::Lock, as all of
/// HDF5.

#include <functional>
#include <stdexcept>
#include <string>

#include <hdf5.h>

namespace fixture {

/// A result of HDF5 that is no failure.
inline hid_t sound(hid_t result) {
  if (result < 0) throw std::runtime_error{"HDF5 refused"};
  return result;
}

/// visit(file) for a file that is `bytes`, or new where there are none; returns its bytes as it left them.
inline std::string in_hdf5(const std::string& bytes, const std::function<void(hid_t)>& visit) {
  const hid_t access = sound(H5Pcreate(H5P_FILE_ACCESS));
  sound(H5Pset_fapl_core(access, std::size_t{1} << 20, false));
  if (!bytes.empty()) sound(H5Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size()));
  const hid_t file =
      sound(bytes.empty() ? H5Fcreate("by_hdf5", H5F_ACC_TRUNC, H5P_DEFAULT, access) : H5Fopen("by_hdf5", H5F_ACC_RDWR, access));
  visit(file);
  sound(H5Fflush(file, H5F_SCOPE_GLOBAL));
  std::string image(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)), '\0');
  sound(H5Fget_file_image(file, image.data(), image.size()));
  sound(H5Fclose(file));
  sound(H5Pclose(access));
  return image;
}

/// All values of a dataset of the root, as wide as in the file.
inline std::string read_by_hdf5(const std::string& bytes, const std::string& name) {
  std::string values;
  in_hdf5(bytes, [&](hid_t file) {
    const hid_t dataset = sound(H5Dopen2(file, name.c_str(), H5P_DEFAULT)), type = sound(H5Dget_type(dataset)),
                space = sound(H5Dget_space(dataset));
    values.resize(H5Tget_size(type) * static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    sound(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
    sound(H5Sclose(space)), sound(H5Tclose(type)), sound(H5Dclose(dataset));
  });
  return values;
}

}  // namespace fixture
